package puna.cli;

import puna.Generation;
import puna.Timings;
import puna.cli.command.JsonFacts;
import puna.cli.command.Text;
import puna.json.JsonValue.JsonObject;

/// Where an answer's time went, for people and for programs.
final class TimingsText {
  private static final double NANOS_PER_MILLI = 1e6;

  private TimingsText() {}

  static String line(Generation generation) {
    Timings timings = generation.timings();
    String guessed =
        timings.guessedTokens() == 0
            ? ""
            : ", %s of %s guessed tokens came"
                .formatted(timings.acceptedTokens(), timings.guessedTokens());
    return "%s prompt tokens at %s/s, %s generated at %s/s%s, first after %s ms, loading %s ms (%s)"
        .formatted(
            timings.usage().promptTokens(),
            Text.decimal(timings.promptTokensPerSecond()),
            timings.usage().completionTokens(),
            Text.decimal(timings.decodeTokensPerSecond()),
            guessed,
            Text.decimal(millis(timings.firstTokenNanos())),
            Text.decimal(millis(timings.loadNanos())),
            generation.finishReason());
  }

  static JsonObject json(Generation generation) {
    Timings timings = generation.timings();
    return JsonObject.builder()
        .put("prompt_tokens", timings.usage().promptTokens())
        .put("cached_tokens", timings.usage().cachedTokens())
        .put("completion_tokens", timings.usage().completionTokens())
        .put("guessed_tokens", timings.guessedTokens())
        .put("accepted_tokens", timings.acceptedTokens())
        .put("load_ms", millis(timings.loadNanos()))
        .put("queue_ms", millis(timings.queueNanos()))
        .put("prompt_ms", millis(timings.promptNanos()))
        .put("first_token_ms", millis(timings.firstTokenNanos()))
        .put("decode_ms", millis(timings.decodeNanos()))
        .put("prompt_tokens_per_second", JsonFacts.number(timings.promptTokensPerSecond()))
        .put("decode_tokens_per_second", JsonFacts.number(timings.decodeTokensPerSecond()))
        .build();
  }

  private static double millis(long nanos) {
    return nanos / NANOS_PER_MILLI;
  }
}
