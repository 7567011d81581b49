package puna;

import puna.chat.tools.AnswerReader;

/// Counts the tokens of an answer's reasoning, without those of the marks around it.
///
/// A closing mark that is written in letters is known by its last one, and white space in front of
/// it is layout, so tokens of these are counted when more reasoning follows.
final class ReasoningCount {
  private final AnswerReader reader;
  private boolean wasThinking;
  private int counted;
  private int held; // tokens

  /// @param reader that has read nothing yet
  ReasoningCount(AnswerReader reader) {
    this.reader = reader;
    this.wasThinking = reader.isThinking();
  }

  /// The reader has read that token.
  void add(GeneratedToken token) {
    boolean isThinking = reader.isThinking();
    if (!wasThinking || !isThinking) {
      held = 0;
    } else if (reader.held() >= token.text().stripLeading().length()) {
      held++;
    } else {
      counted += held + 1;
      held = 0;
    }
    wasThinking = isThinking;
  }

  /// How many there are, when the answer has ended.
  int tokens() {
    return counted + held;
  }
}
