package puna;

import org.jspecify.annotations.Nullable;

/// How many tokens an answer took.
public final class Usage {
  private final int promptTokens;
  private final int cachedTokens;
  private final int completionTokens;

  Usage(int promptTokens, int cachedTokens, int completionTokens) {
    this.promptTokens = promptTokens;
    this.cachedTokens = cachedTokens;
    this.completionTokens = completionTokens;
  }

  /// Tokens in the prompt.
  public int promptTokens() {
    return promptTokens;
  }

  /// Tokens of the prompt that were not processed again, because earlier requests left them in the
  /// prefix cache.
  public int cachedTokens() {
    return cachedTokens;
  }

  /// Generated tokens, the end token included.
  public int completionTokens() {
    return completionTokens;
  }

  /// Prompt and generated tokens together.
  public int totalTokens() {
    return promptTokens + completionTokens;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Usage usage
        && promptTokens == usage.promptTokens
        && cachedTokens == usage.cachedTokens
        && completionTokens == usage.completionTokens;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * promptTokens + cachedTokens) + completionTokens;
  }

  @Override
  public String toString() {
    return "Usage[promptTokens=%s, cachedTokens=%s, completionTokens=%s]"
        .formatted(promptTokens, cachedTokens, completionTokens);
  }
}
