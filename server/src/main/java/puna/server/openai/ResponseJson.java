package puna.server.openai;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.FinishReason;
import puna.Usage;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Fields;

/// A response of the Responses API as JSON.
final class ResponseJson {
  private static final List<String> ECHOED =
      List.of("instructions", "metadata", "max_output_tokens", "temperature", "top_p", "user");

  private final Fields request;
  private final String id;
  private final long created;

  /// @param created seconds since 1970
  ResponseJson(Fields request, String id, long created) {
    this.request = request;
    this.id = id;
    this.created = created;
  }

  /// The response so far.
  ///
  /// @param usage null until it has ended
  JsonObject of(
      String status, List<JsonObject> output, @Nullable Usage usage, Optional<String> incomplete) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("id", id)
            .put("object", "response")
            .put("created_at", created)
            .put("status", status)
            .putNull("error")
            .put("incomplete_details", details(incomplete))
            .put("model", request.requiredText("model"))
            .put("output", new JsonArray(List.copyOf(output)))
            .put("parallel_tool_calls", request.bool("parallel_tool_calls").orElse(true))
            .put("tool_choice", echo("tool_choice", new JsonString("auto")))
            .put("tools", echo("tools", new JsonArray(List.of())))
            .put("text", echo("text", text()))
            .put("reasoning", echo("reasoning", JsonObject.builder().build()))
            .put("truncation", echo("truncation", new JsonString("disabled")))
            .putNull("previous_response_id")
            .put("store", false);
    for (String name : ECHOED) {
      json.put(name, echo(name, defaultOf(name)));
    }
    return json.put("usage", usage == null ? JsonNull.NULL : usage(usage)).build();
  }

  private static JsonValue defaultOf(String name) {
    return switch (name) {
      case "temperature", "top_p" -> JsonNumber.of(1);
      case "metadata" -> JsonObject.builder().build();
      default -> JsonNull.NULL;
    };
  }

  private static JsonValue details(Optional<String> incomplete) {
    return incomplete.isEmpty()
        ? JsonNull.NULL
        : JsonObject.builder().put("reason", incomplete.get()).build();
  }

  private static JsonObject text() {
    return JsonObject.builder().put("format", JsonObject.builder().put("type", "text")).build();
  }

  private JsonValue echo(String name, JsonValue absent) {
    return request.value(name).orElse(absent);
  }

  /// The status of an answer that ended for that reason.
  static String status(FinishReason reason) {
    return incomplete(reason).isPresent() ? "incomplete" : "completed";
  }

  /// Why it is incomplete; empty where it is not.
  static Optional<String> incomplete(FinishReason reason) {
    return switch (reason) {
      case STOP, REASONING_ONLY -> Optional.empty();
      case CANCELLED -> throw ChatJson.stopped();
      default -> Optional.of("max_output_tokens");
    };
  }

  private static JsonObject usage(Usage usage) {
    return JsonObject.builder()
        .put("input_tokens", usage.promptTokens())
        .put(
            "input_tokens_details",
            JsonObject.builder()
                .put("cached_tokens", usage.cachedTokens())
                .put("cache_write_tokens", 0))
        .put("output_tokens", usage.completionTokens())
        .put(
            "output_tokens_details",
            JsonObject.builder().put("reasoning_tokens", usage.reasoningTokens()))
        .put("total_tokens", usage.totalTokens())
        .build();
  }
}
