package puna.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import puna.Generation;
import puna.token.Tokenizer;

/// What a chat's prompt has that the model has not read or written before.
final class NewTurn {
  private final Tokenizer tokenizer;
  private int[] known = {};

  NewTurn(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// The end of an answer's prompt behind what is known, special tokens spelled out.
  String of(Generation answer) {
    int[] prompt = answer.promptTokens();
    int mismatch = Arrays.mismatch(prompt, known);
    int start = mismatch < 0 ? prompt.length : mismatch;
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int i = start; i < prompt.length; i++) {
      boolean isSpecial = tokenizer.isSpecial(prompt[i]);
      text.writeBytes(
          isSpecial
              ? tokenizer.piece(prompt[i]).getBytes(StandardCharsets.UTF_8)
              : tokenizer.bytes(prompt[i]));
    }
    String shown =
        text.toString(StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\uFFFD");
    return "The model reads, behind %s tokens that it knows:\n%s".formatted(start, shown);
  }

  /// The prompt and its whole answer are known from now on.
  void answered(Generation answer) {
    int[] prompt = answer.promptTokens();
    int[] written = answer.tokens();
    known = Arrays.copyOf(prompt, prompt.length + written.length);
    System.arraycopy(written, 0, known, prompt.length, written.length);
  }
}
