package puna;

class ScalarEmbeddingTest extends EmbeddingContract {
  ScalarEmbeddingTest() {
    super(KernelTier.SCALAR, Scope.FEW);
  }
}
