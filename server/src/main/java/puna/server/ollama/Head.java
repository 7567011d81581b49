package puna.server.ollama;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import puna.Answer;
import puna.FinishReason;
import puna.Timings;
import puna.Usage;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;

/// What all lines of an answer have in common.
///
/// @param model as the client named it
/// @param start of the request, as `System.nanoTime` counts
record Head(String model, Form form, Clock clock, long start) {

  /// How a piece is told: that alone tells chat and generate apart.
  enum Form {
    CHAT,
    GENERATE
  }

  /// A piece of an answer, or all of it.
  ///
  /// @param calls whole ones
  /// @param logProbabilities of the text's tokens; none where nobody asked for them
  record Piece(
      String text, String thinking, List<JsonObject> calls, List<JsonObject> logProbabilities) {
    static final Piece NOTHING = new Piece("", "", List.of(), List.of());

    static Piece thinking(String text) {
      return new Piece("", text, List.of(), List.of());
    }

    static Piece call(JsonObject call) {
      return new Piece("", "", List.of(call), List.of());
    }
  }

  static Head of(String model, Form form, Clock clock) {
    return new Head(model, form, clock, System.nanoTime());
  }

  /// A line of a stream that goes on.
  JsonObject line(Piece piece) {
    return start(piece).put("done", false).build();
  }

  /// The end of a stream, or the whole answer.
  ///
  /// @param loadNanos that the request waited for its model
  JsonObject last(Piece piece, Answer<?, ?> answer, long loadNanos) {
    JsonObject.Builder line = start(piece).put("done", true).put("done_reason", reason(answer));
    Timings timings = answer.timings();
    Usage usage = answer.usage();
    long prompt = Math.max(0, timings.promptNanos());
    long decode = Math.max(1, timings.decodeNanos()); // clients divide by it
    long total = Math.max(System.nanoTime() - start, loadNanos + prompt + decode);
    return line.put("total_duration", total)
        .put("load_duration", loadNanos)
        .put("prompt_eval_count", usage.promptTokens())
        .put("prompt_eval_duration", prompt)
        .put("eval_count", usage.completionTokens())
        .put("eval_duration", decode)
        .build();
  }

  /// The answer to a request that has nothing to be answered.
  ///
  /// @param reason `load` or `unload`
  JsonObject nothing(String reason) {
    return start(Piece.NOTHING).put("done", true).put("done_reason", reason).build();
  }

  private JsonObject.Builder start(Piece piece) {
    JsonObject.Builder line =
        JsonObject.builder().put("model", model).put("created_at", clock.instant().toString());
    Optional<String> thinking = Optional.of(piece.thinking).filter(text -> !text.isEmpty());
    switch (form) {
      case CHAT -> {
        JsonObject.Builder message =
            JsonObject.builder().put("role", "assistant").put("content", piece.text);
        thinking.ifPresent(text -> message.put("thinking", text));
        if (!piece.calls.isEmpty()) {
          message.put("tool_calls", piece.calls);
        }
        line.put("message", message);
      }
      case GENERATE -> {
        line.put("response", piece.text);
        thinking.ifPresent(text -> line.put("thinking", text));
      }
    }
    return piece.logProbabilities.isEmpty() ? line : line.put("logprobs", piece.logProbabilities);
  }

  /// @throws Failure when the answer was broken off here, which no word of the dialect says
  private static String reason(Answer<?, ?> answer) {
    FinishReason reason = answer.finishReason();
    return switch (reason) {
      case STOP, REASONING_ONLY -> "stop";
      case CANCELLED -> throw Failure.of(Kind.BUSY, "the server is being stopped").retryAfter(1);
      default -> "length";
    };
  }
}
