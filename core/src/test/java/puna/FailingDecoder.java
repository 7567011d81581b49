package puna;

import java.util.function.BooleanSupplier;
import puna.backend.Batch;
import puna.model.Decoder;

/// A decoder one of whose steps fails.
final class FailingDecoder extends ForwardingDecoder {
  private int stepsLeft;

  /// @param step the one that fails, from 1
  FailingDecoder(Decoder decoder, int step) {
    super(decoder);
    this.stepsLeft = step;
  }

  @Override
  public boolean forward(Batch batch, BooleanSupplier isWanted) {
    if (--stepsLeft == 0) {
      throw new IllegalStateException("the device is on fire");
    }
    return super.forward(batch, isWanted);
  }
}
