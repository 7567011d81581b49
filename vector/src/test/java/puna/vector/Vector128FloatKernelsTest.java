package puna.vector;

import puna.backend.cpu.FloatKernelsContract;

class Vector128FloatKernelsTest extends FloatKernelsContract {
  Vector128FloatKernelsTest() {
    super(VectorWidth.kernels(128));
  }
}
