package puna.x64;

import puna.model.BlockCopyContract;

class X64BlockCopyTest extends BlockCopyContract {
  X64BlockCopyTest() {
    super("x64");
  }
}
