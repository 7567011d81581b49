package puna;

import puna.engine.FakeDecoder;
import puna.token.Tokenizer;

/// A decoder that would write a given text, one letter a token, and then end: each step it finds
/// the next letter likeliest, whatever came instead of the last one.
final class ScriptedDecoder extends ForwardingDecoder {
  private static final int END = 200;

  private final int[] script;
  private int next;

  ScriptedDecoder(Tokenizer tokenizer, String text) {
    super(new FakeDecoder(2048, 300, 8, 16));
    script = tokenizer.encode(text);
  }

  @Override
  public void readLogits(int output, float[] target) {
    super.readLogits(output, target);
    // Left alone it ends, and never says more than it must.
    target[TinyTokenizer.TURN_END] = END;
    if (next < script.length) {
      target[script[next++]] = 2 * END;
    }
  }
}
