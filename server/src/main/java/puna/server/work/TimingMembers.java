package puna.server.work;

import puna.Timings;
import puna.json.JsonValue.JsonObject;

/// How fast an answer was, as llama-server tells it.
public final class TimingMembers {
  private static final double NANOS_PER_MILLI = 1e6;

  private TimingMembers() {}

  /// The object `timings`.
  public static JsonObject.Builder of(Timings timings) {
    int cached = timings.usage().cachedTokens();
    int read = timings.usage().promptTokens() - cached;
    int generated = timings.usage().completionTokens();
    JsonObject.Builder all = JsonObject.builder().put("cache_n", cached);
    phase(all, "prompt", read, timings.promptNanos());
    return phase(all, "predicted", generated, timings.decodeNanos());
  }

  /// How fast tokens were in one phase, whose name begins each member's.
  public static JsonObject.Builder phase(
      JsonObject.Builder all, String name, long tokens, long nanos) {
    double millis = nanos / NANOS_PER_MILLI;
    return all.put(name + "_n", tokens)
        .put(name + "_ms", millis)
        .put(name + "_per_token_ms", tokens == 0 ? 0 : millis / tokens)
        .put(name + "_per_second", nanos == 0 ? 0 : tokens * 1e9 / nanos);
  }
}
