package puna.vector;

import puna.backend.cpu.MatrixKernelContract;

class Vector256MatrixKernelTest extends MatrixKernelContract {
  Vector256MatrixKernelTest() {
    super(VectorWidth.kernels(256));
  }
}
