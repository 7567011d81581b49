package puna.server.anthropic;

import java.util.List;
import java.util.Optional;
import puna.ChatAnswer;
import puna.FinishReason;
import puna.Usage;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;

/// A message as JSON.
///
/// @param id of the message
/// @param model as the client named it
record MessageJson(String id, String model) {

  /// Why an answer ended.
  ///
  /// @param stop the stop sequence that ended it
  record End(String reason, Optional<String> stop) {
    /// @param callsTools whether the message has calls
    /// @throws Failure when it was broken off here, which no word of the dialect says
    static End of(ChatAnswer answer, FinishReason reason, CallsTools callsTools) {
      Optional<String> stop = answer.generation().stopString();
      return switch (reason) {
        case STOP ->
            stop.isPresent()
                ? new End("stop_sequence", stop)
                : of(callsTools == CallsTools.YES ? "tool_use" : "end_turn");
        case REASONING_ONLY -> of("end_turn");
        case CONTEXT_FULL -> of("model_context_window_exceeded");
        case CANCELLED -> throw Failure.of(Kind.BUSY, "the server is being stopped").retryAfter(1);
        default -> of("max_tokens");
      };
    }

    private static End of(String reason) {
      return new End(reason, Optional.empty());
    }

    /// The members that tell it.
    JsonObject.Builder into(JsonObject.Builder json) {
      return json.put("stop_reason", reason)
          .putOrNull("stop_sequence", stop)
          .putNull("stop_details")
          .putNull("container");
    }
  }

  /// Whether a message has calls of tools.
  enum CallsTools {
    YES,
    NO
  }

  /// The message of a stream that begins.
  ///
  /// @param promptTokens all of them: what the cache has of them is not known yet
  JsonObject begun(int promptTokens) {
    return start(List.of())
        .putNull("stop_reason")
        .putNull("stop_sequence")
        .putNull("stop_details")
        .putNull("container")
        .putNull("diagnostics")
        .put("usage", usage(promptTokens, 0, 0))
        .build();
  }

  /// A whole message.
  JsonObject whole(List<JsonObject> content, End end, Usage usage) {
    return end.into(start(content)).putNull("diagnostics").put("usage", usage(usage)).build();
  }

  private JsonObject.Builder start(List<JsonObject> content) {
    return JsonObject.builder()
        .put("id", id)
        .put("type", "message")
        .put("role", "assistant")
        .put("model", model)
        .put("content", new JsonArray(List.copyOf(content)));
  }

  /// What an answer took.
  static JsonObject.Builder usage(Usage usage) {
    JsonObject.Builder json =
        usage(usage.promptTokens(), usage.cachedTokens(), usage.completionTokens());
    return usage.reasoningTokens() == 0
        ? json
        : json.put(
            "output_tokens_details",
            JsonObject.builder().put("thinking_tokens", usage.reasoningTokens()));
  }

  private static JsonObject.Builder usage(int prompt, int cached, int answer) {
    return JsonObject.builder()
        .put("input_tokens", prompt - cached)
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", cached)
        .put(
            "cache_creation",
            JsonObject.builder()
                .put("ephemeral_5m_input_tokens", 0)
                .put("ephemeral_1h_input_tokens", 0))
        .put("output_tokens", answer)
        .putNull("output_tokens_details")
        .putNull("server_tool_use")
        .put("service_tier", "standard")
        .putNull("inference_geo")
        .putNull("speed");
  }
}
