package puna.grammar.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Compares the two ways in which a mask tells what may come.
public final class FewTokens {
  /// A vocabulary of which any part counts as few.
  private static final int SMALL = 100;

  private FewTokens() {}

  /// Asks a mask for its few tokens, which must be those that it leaves in logits.
  ///
  /// @return whether it told any
  public static boolean agree(TokenMask mask, int vocabulary) {
    int[] few = mask.few(Math.max(SMALL, vocabulary / 16));
    if (few == null) {
      return false;
    }
    float[] logits = new float[vocabulary];
    boolean any = mask.apply(logits);
    int[] left =
        IntStream.range(0, vocabulary)
            .filter(token -> logits[token] != Float.NEGATIVE_INFINITY)
            .toArray();
    assertThat(Arrays.stream(few).filter(token -> token < vocabulary).toArray()).isEqualTo(left);
    assertThat(any).isEqualTo(left.length > 0);
    if (few.length > 0) {
      assertThat(mask.few(few.length - 1)).isNull();
    }
    assertThat(mask.few(few.length)).isEqualTo(few);
    return true;
  }
}
