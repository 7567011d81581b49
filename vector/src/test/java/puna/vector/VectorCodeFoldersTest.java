package puna.vector;

import puna.CodeFoldersContract;
import puna.KernelTier;

class VectorCodeFoldersTest extends CodeFoldersContract {
  VectorCodeFoldersTest() {
    super(KernelTier.VECTOR);
  }
}
