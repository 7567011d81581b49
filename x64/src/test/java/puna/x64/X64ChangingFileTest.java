package puna.x64;

import puna.ChangingFileContract;
import puna.x64.cpu.X64Tier;

class X64ChangingFileTest extends ChangingFileContract {
  @Override
  protected String tier() {
    TestMachine.assumeTier(X64Tier.AVX2);
    return "x64";
  }
}
