package puna.vector;

import puna.EmbeddingContract;
import puna.KernelTier;

class VectorEmbeddingTest extends EmbeddingContract {
  VectorEmbeddingTest() {
    super(KernelTier.VECTOR, Scope.SHORT);
  }
}
