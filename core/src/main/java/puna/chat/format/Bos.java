package puna.chat.format;

import puna.token.Tokenizer;

/// Whether a format's prompts open with BOS.
enum Bos {
  PRESENT,
  ABSENT;

  /// An empty prompt, or one that holds BOS.
  PromptBuilder open(Tokenizer tokenizer) {
    PromptBuilder prompt = new PromptBuilder(tokenizer);
    return this == PRESENT ? prompt.bos() : prompt;
  }
}
