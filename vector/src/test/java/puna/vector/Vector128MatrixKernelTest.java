package puna.vector;

import puna.backend.cpu.MatrixKernelContract;

class Vector128MatrixKernelTest extends MatrixKernelContract {
  Vector128MatrixKernelTest() {
    super(VectorWidth.kernels(128));
  }
}
