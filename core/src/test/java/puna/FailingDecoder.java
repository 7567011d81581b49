package puna;

import java.util.function.BooleanSupplier;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.model.Decoder;
import puna.model.LlamaConfig;

/// A decoder one of whose steps fails.
final class FailingDecoder implements Decoder {
  private final Decoder decoder;
  private int stepsLeft;

  /// @param step the one that fails, from 1
  FailingDecoder(Decoder decoder, int step) {
    this.decoder = decoder;
    this.stepsLeft = step;
  }

  @Override
  public LlamaConfig config() {
    return decoder.config();
  }

  @Override
  public KvShape kvShape() {
    return decoder.kvShape();
  }

  @Override
  public int maxBatch() {
    return decoder.maxBatch();
  }

  @Override
  public int maxOutputs() {
    return decoder.maxOutputs();
  }

  @Override
  public boolean forward(Batch batch, BooleanSupplier isWanted) {
    if (--stepsLeft == 0) {
      throw new IllegalStateException("the device is on fire");
    }
    return decoder.forward(batch, isWanted);
  }

  @Override
  public void readLogits(int output, float[] target) {
    decoder.readLogits(output, target);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
