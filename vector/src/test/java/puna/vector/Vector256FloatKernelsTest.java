package puna.vector;

import puna.backend.cpu.FloatKernelsContract;

class Vector256FloatKernelsTest extends FloatKernelsContract {
  Vector256FloatKernelsTest() {
    super(VectorWidth.kernels(256));
  }
}
