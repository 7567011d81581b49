package puna;

import java.util.function.BooleanSupplier;
import puna.backend.Batch;
import puna.backend.KvShape;
import puna.model.Decoder;
import puna.model.LlamaConfig;

/// A decoder after which nothing ends an answer, a text in it or an array but where a grammar wants
/// that.
final class EndlessDecoder implements Decoder {
  private static final int ARRAY_END = 33;
  private static final int QUOTE = 34;

  private final Decoder decoder;

  EndlessDecoder(Decoder decoder) {
    this.decoder = decoder;
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
    return decoder.forward(batch, isWanted);
  }

  @Override
  public void readLogits(int output, float[] target) {
    decoder.readLogits(output, target);
    target[TinyTokenizer.EOS] = -200;
    target[TinyTokenizer.TURN_END] = -200;
    target[ARRAY_END] = -200;
    target[QUOTE] = -100;
  }

  @Override
  public void close() {
    decoder.close();
  }
}
