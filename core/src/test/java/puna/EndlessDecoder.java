package puna;

import puna.model.Decoder;

/// A decoder after which nothing ends an answer, a text in it or an array but where a grammar wants
/// that.
final class EndlessDecoder extends ForwardingDecoder {
  private static final int ARRAY_END = 33;
  private static final int QUOTE = 34;

  EndlessDecoder(Decoder decoder) {
    super(decoder);
  }

  @Override
  public void readLogits(int output, float[] target) {
    super.readLogits(output, target);
    target[TinyTokenizer.EOS] = -200;
    target[TinyTokenizer.TURN_END] = -200;
    target[ARRAY_END] = -200;
    target[QUOTE] = -100;
  }
}
