package puna;

class ScalarLongAnswerTest extends LongAnswerContract {
  ScalarLongAnswerTest() {
    super(KernelTier.SCALAR);
  }
}
