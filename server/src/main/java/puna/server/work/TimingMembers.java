package puna.server.work;

import puna.PromptProgress;
import puna.Timings;
import puna.Usage;
import puna.json.JsonValue.JsonObject;

/// How fast an answer was, as llama-server tells it.
public final class TimingMembers {
  private static final double NANOS_PER_MILLI = 1e6;

  private TimingMembers() {}

  /// The object `timings`.
  public static JsonObject.Builder of(Timings timings) {
    Usage usage = timings.usage();
    return of(
        new PromptProgress(
            usage.promptTokens(),
            usage.cachedTokens(),
            usage.promptTokens(),
            timings.promptNanos()),
        usage.completionTokens(),
        timings.decodeNanos());
  }

  /// The same in the middle of an answer.
  ///
  /// @param generated tokens, so far
  /// @param nanos since the first of them
  public static JsonObject.Builder of(PromptProgress prompt, int generated, long nanos) {
    JsonObject.Builder all = JsonObject.builder().put("cache_n", prompt.cachedTokens());
    phase(all, "prompt", prompt.promptTokens() - prompt.cachedTokens(), prompt.nanos());
    return phase(all, "predicted", generated, nanos);
  }

  /// How fast tokens were in one phase, whose name begins each member's.
  private static JsonObject.Builder phase(
      JsonObject.Builder all, String name, long tokens, long nanos) {
    double millis = nanos / NANOS_PER_MILLI;
    return all.put(name + "_n", tokens)
        .put(name + "_ms", millis)
        .put(name + "_per_token_ms", tokens == 0 ? 0 : millis / tokens)
        .put(name + "_per_second", nanos == 0 ? 0 : tokens * 1e9 / nanos);
  }
}
