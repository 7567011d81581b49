package puna.chat.format;

import java.util.ArrayList;
import java.util.List;
import puna.token.PromptPart;
import puna.token.Tokenizer;

/// A prompt as it grows. Marks that the vocabulary knows become special tokens, all else is text.
final class PromptBuilder {
  private final Tokenizer tokenizer;
  private final List<PromptPart> parts = new ArrayList<>();
  private final StringBuilder pending = new StringBuilder();

  PromptBuilder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  PromptBuilder text(String text) {
    pending.append(text);
    return this;
  }

  /// A mark of the format: one special token where the vocabulary has it, else its characters.
  PromptBuilder mark(String mark) {
    if (tokenizer.special(mark).isEmpty()) {
      return text(mark);
    }
    flush();
    parts.add(new PromptPart.Special(mark));
    return this;
  }

  /// The beginning-of-sequence token, where the vocabulary has one.
  PromptBuilder bos() {
    tokenizer.bos().ifPresent(id -> mark(tokenizer.piece(id)));
    return this;
  }

  /// The end-of-sequence token, where the vocabulary has one.
  PromptBuilder eos() {
    tokenizer.eos().ifPresent(id -> mark(tokenizer.piece(id)));
    return this;
  }

  List<PromptPart> build() {
    flush();
    return List.copyOf(parts);
  }

  private void flush() {
    if (!pending.isEmpty()) {
      parts.add(new PromptPart.Text(pending.toString()));
      pending.setLength(0);
    }
  }
}
