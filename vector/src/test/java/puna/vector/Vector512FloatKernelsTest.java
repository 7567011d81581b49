package puna.vector;

import puna.backend.cpu.FloatKernelsContract;

class Vector512FloatKernelsTest extends FloatKernelsContract {
  Vector512FloatKernelsTest() {
    super(VectorWidth.kernels(512));
  }
}
