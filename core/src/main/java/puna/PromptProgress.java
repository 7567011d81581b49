package puna;

/// How far a prompt has been processed ([Answer#promptProgress]).
///
/// @param promptTokens of the whole prompt
/// @param cachedTokens of them that came from the prefix cache
/// @param processedTokens of them that are done, those from the cache included
/// @param nanos since the first step that worked on the prompt; 0 before it. Once the prompt is
///   processed, the time that it took
public record PromptProgress(int promptTokens, int cachedTokens, int processedTokens, long nanos) {
  /// Whether all of the prompt is processed.
  public boolean isDone() {
    return processedTokens == promptTokens;
  }
}
