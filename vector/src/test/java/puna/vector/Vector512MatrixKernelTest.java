package puna.vector;

import puna.backend.cpu.MatrixKernelContract;

class Vector512MatrixKernelTest extends MatrixKernelContract {
  Vector512MatrixKernelTest() {
    super(VectorWidth.kernels(512));
  }
}
