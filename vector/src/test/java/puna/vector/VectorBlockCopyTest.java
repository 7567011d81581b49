package puna.vector;

import puna.model.BlockCopyContract;

class VectorBlockCopyTest extends BlockCopyContract {
  VectorBlockCopyTest() {
    super("vector");
  }
}
