package puna.backend.cpu;

import puna.backend.NormWeight;

record CpuNormWeight(float[] gains) implements NormWeight {
  @Override
  public int width() {
    return gains.length;
  }
}
