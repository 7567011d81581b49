package puna.chat.tools;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import puna.token.Tokenizer;

/// What a vocabulary has for the marks around a reasoning.
///
/// @param open a token that is the opening mark and has no text; elsewhere the mark is letters
/// @param close the same for the closing mark
/// @param closing the tokens to force where a reasoning must end
/// @param blanks tokens of white space alone
/// @param spills tokens that may end the closing mark and begin the answer
/// @param ends tokens that end an answer
record ReasoningTokens(
    Tokenizer tokenizer,
    Thinking thinking,
    OptionalInt open,
    OptionalInt close,
    int[] closing,
    int[] blanks,
    int[] spills,
    int[] ends) {

  static ReasoningTokens of(Tokenizer tokenizer, Thinking thinking, IntPredicate endsAnswer) {
    IntStream all = IntStream.range(0, tokenizer.vocabularySize());
    byte[] mark = thinking.close().getBytes(StandardCharsets.UTF_8);
    byte last = mark[mark.length - 1];
    int[] blanks =
        all.filter(
                id -> {
                  byte[] bytes = tokenizer.bytes(id);
                  return bytes.length > 0 && isBlank(bytes, 0);
                })
            .toArray();
    int[] spills =
        IntStream.range(0, tokenizer.vocabularySize())
            .filter(id -> spills(tokenizer.bytes(id), last))
            .toArray();
    return new ReasoningTokens(
        tokenizer,
        thinking,
        silent(tokenizer, thinking.open()),
        silent(tokenizer, thinking.close()),
        closing(tokenizer, thinking.close()),
        blanks,
        spills,
        IntStream.range(0, tokenizer.vocabularySize()).filter(endsAnswer).toArray());
  }

  byte[] bytes(int token) {
    return token < tokenizer.vocabularySize() ? tokenizer.bytes(token) : new byte[0];
  }

  boolean isBlank(int token) {
    return Arrays.binarySearch(blanks, token) >= 0;
  }

  static boolean isBlank(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\n' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private static boolean spills(byte[] bytes, byte last) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == last && !isBlank(bytes, i + 1)) {
        return true;
      }
    }
    return false;
  }

  /// The mark on a line of its own, where the vocabulary can spell that.
  private static int[] closing(Tokenizer tokenizer, String mark) {
    int[] ids = tokenizer.encodeWithSpecials("\n" + mark);
    boolean spelled =
        silent(tokenizer, mark).isPresent() || tokenizer.decode(ids).equals("\n" + mark);
    return spelled ? ids : tokenizer.encodeWithSpecials(mark);
  }

  private static OptionalInt silent(Tokenizer tokenizer, String mark) {
    OptionalInt id = tokenizer.special(mark);
    return id.isPresent() && tokenizer.bytes(id.getAsInt()).length == 0 ? id : OptionalInt.empty();
  }
}
