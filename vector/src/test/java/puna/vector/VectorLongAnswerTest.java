package puna.vector;

import puna.KernelTier;
import puna.LongAnswerContract;

class VectorLongAnswerTest extends LongAnswerContract {
  VectorLongAnswerTest() {
    super(KernelTier.VECTOR);
  }
}
