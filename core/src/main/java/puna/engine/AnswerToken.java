package puna.engine;

import java.util.Optional;
import puna.sample.TokenProbability;

/// One token of an answer, and all that became known with it. Filled anew for each token, so that
/// telling of one allocates nothing: whoever keeps it copies it.
public final class AnswerToken {
  /// Whether the text of an answer is all out.
  enum Held {
    NOTHING,
    TEXT
  }

  private int id;
  private String text = "";
  private Optional<TokenProbability> probability = Optional.empty();
  private Held held = Held.NOTHING;

  AnswerToken() {}

  void set(int token, String piece, Optional<TokenProbability> likely, Held back) {
    id = token;
    text = piece;
    probability = likely;
    held = back;
  }

  public int id() {
    return id;
  }

  /// The text that became known with it, often empty; never part of a stop string.
  public String text() {
    return text;
  }

  /// How likely it was, where log-probabilities are asked for.
  public Optional<TokenProbability> probability() {
    return probability;
  }

  /// True when no text is held back after it: should it be the last token, no more text belongs to
  /// it.
  public boolean isSettled() {
    return held == Held.NOTHING;
  }
}
