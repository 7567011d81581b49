package puna;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.sample.TokenProbability;

/// One token of an answer.
public final class GeneratedToken {
  private final int id;
  private final String text;
  private final Optional<TokenProbability> probability;

  GeneratedToken(int id, String text, Optional<TokenProbability> probability) {
    this.id = id;
    this.text = text;
    this.probability = probability;
  }

  public int id() {
    return id;
  }

  /// What became known with it: often one word; empty where the text is held back, since it is half
  /// a character or may become a stop string.
  public String text() {
    return text;
  }

  /// How likely it was, where the options ask for that.
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
    return "GeneratedToken[id=%d, text=\"%s\"]".formatted(id, text);
  }
}
