package puna;

import org.jspecify.annotations.Nullable;

/// How many tokens an answer took.
public final class Usage {
  private final int promptTokens;
  private final int cachedTokens;
  private final int completionTokens;
  private final int reasoningTokens;

  Usage(int promptTokens, int cachedTokens, int completionTokens) {
    this(promptTokens, cachedTokens, completionTokens, 0);
  }

  private Usage(int promptTokens, int cachedTokens, int completionTokens, int reasoningTokens) {
    this.promptTokens = promptTokens;
    this.cachedTokens = cachedTokens;
    this.completionTokens = completionTokens;
    this.reasoningTokens = reasoningTokens;
  }

  /// The same, where so many of the generated tokens were reasoning.
  Usage withReasoning(int tokens) {
    return new Usage(promptTokens, cachedTokens, completionTokens, tokens);
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

  /// Those of the generated tokens that were reasoning, without the marks around it; as many as all
  /// where an answer ended while the model still thought. 0 for raw text, in which reasoning is not
  /// told apart.
  public int reasoningTokens() {
    return reasoningTokens;
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
        && completionTokens == usage.completionTokens
        && reasoningTokens == usage.reasoningTokens;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * promptTokens + cachedTokens) + completionTokens) + reasoningTokens;
  }

  @Override
  public String toString() {
    return "Usage[promptTokens=%s, cachedTokens=%s, completionTokens=%s, reasoningTokens=%s]"
        .formatted(promptTokens, cachedTokens, completionTokens, reasoningTokens);
  }
}
