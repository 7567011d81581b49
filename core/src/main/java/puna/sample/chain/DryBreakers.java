package puna.sample.chain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Texts looked for in bytes as they come: one automaton each (Knuth, Morris, Pratt 1977).
final class DryBreakers {
  private final byte[][] texts;
  private final int[][] borders; // by text and length: the longest proper border of that beginning
  private final int[] matched; // by text: bytes of it that the stream ends with
  private final int[] fresh; // the same for bytes that stand alone

  /// @param texts not empty each
  DryBreakers(List<String> texts) {
    this.texts =
        texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    borders = new int[this.texts.length][];
    for (int i = 0; i < borders.length; i++) {
      borders[i] = borders(this.texts[i]);
    }
    matched = new int[this.texts.length];
    fresh = new int[this.texts.length];
  }

  /// True when the next bytes of the stream complete a text.
  boolean complete(byte[] next) {
    return step(next, matched);
  }

  /// True when a text stands in these bytes alone.
  boolean isIn(byte[] bytes) {
    Arrays.fill(fresh, 0);
    return step(bytes, fresh);
  }

  private boolean step(byte[] next, int[] state) {
    boolean complete = false;
    for (int t = 0; t < texts.length; t++) {
      byte[] text = texts[t];
      int length = state[t];
      for (byte value : next) {
        while (length == text.length || (length > 0 && text[length] != value)) {
          length = borders[t][length];
        }
        length += text[length] == value ? 1 : 0;
        complete |= length == text.length;
      }
      state[t] = length;
    }
    return complete;
  }

  private static int[] borders(byte[] text) {
    int[] borders = new int[text.length + 1];
    for (int end = 1, length = 0; end < text.length; end++) {
      while (length > 0 && text[length] != text[end]) {
        length = borders[length];
      }
      length += text[length] == text[end] ? 1 : 0;
      borders[end + 1] = length;
    }
    return borders;
  }
}
