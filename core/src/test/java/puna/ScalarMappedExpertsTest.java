package puna;

class ScalarMappedExpertsTest extends MappedExpertsContract {
  ScalarMappedExpertsTest() {
    super(KernelTier.SCALAR, 0);
  }
}
