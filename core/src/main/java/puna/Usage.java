package puna;

/// Tokens that an answer took.
///
/// @param promptTokens in the prompt
/// @param cachedTokens of the prompt whose keys and values were still there from earlier answers
/// @param completionTokens generated, the end token included
public record Usage(int promptTokens, int cachedTokens, int completionTokens) {
  public int totalTokens() {
    return promptTokens + completionTokens;
  }
}
