package puna;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.sample.TokenProbability;

/// One token of an answer, with the text it added.
public final class GeneratedToken {
  private final int id;
  private final String text;
  private final Optional<TokenProbability> probability;

  GeneratedToken(int id, String text, Optional<TokenProbability> probability) {
    this.id = id;
    this.text = text;
    this.probability = probability;
  }

  /// Its id in the model's vocabulary.
  public int id() {
    return id;
  }

  /// The text that it added, often one word. Empty where the text had to be held back, because it
  /// is part of a character or may be the beginning of a stop sequence; a later token has it then.
  public String text() {
    return text;
  }

  /// Its log-probability; empty unless [AnswerOptions#withLogProbabilities] asks for it.
  public Optional<TokenProbability> probability() {
    return probability;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GeneratedToken token
        && id == token.id
        && text.equals(token.text)
        && probability.equals(token.probability);
  }

  @Override
  public int hashCode() {
    return 31 * id + text.hashCode();
  }

  @Override
  public String toString() {
    return "GeneratedToken[id=%s, text=\"%s\"]".formatted(id, text);
  }
}
