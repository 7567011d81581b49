package puna.server.openai;

import java.util.List;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;

/// The items of a response's output as JSON.
final class ResponseItems {
  private ResponseItems() {}

  /// How far an item is.
  enum Status {
    IN_PROGRESS("in_progress"),
    COMPLETED("completed"),
    INCOMPLETE("incomplete");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /// A part of a message.
  static JsonObject textPart(String text) {
    return JsonObject.builder()
        .put("type", "output_text")
        .put("text", text)
        .put("annotations", new JsonArray(List.of()))
        .put("logprobs", new JsonArray(List.of()))
        .build();
  }

  /// A part of reasoning.
  static JsonObject reasoningPart(String text) {
    return JsonObject.builder().put("type", "reasoning_text").put("text", text).build();
  }

  /// A message; one in progress has no content yet.
  static JsonObject message(String id, Status status, String text) {
    return JsonObject.builder()
        .put("id", id)
        .put("type", "message")
        .put("status", status.word())
        .put("role", "assistant")
        .put("content", status == Status.IN_PROGRESS ? List.of() : List.of(textPart(text)))
        .build();
  }

  /// Reasoning.
  static JsonObject reasoning(String id, Status status, String text) {
    return JsonObject.builder()
        .put("id", id)
        .put("type", "reasoning")
        .put("summary", new JsonArray(List.of()))
        .put("content", status == Status.IN_PROGRESS ? List.of() : List.of(reasoningPart(text)))
        .put("status", status.word())
        .build();
  }

  /// A tool call.
  ///
  /// @param id of the item
  /// @param callId that a result names
  static JsonObject call(String id, Status status, String callId, String name, String arguments) {
    return JsonObject.builder()
        .put("id", id)
        .put("type", "function_call")
        .put("status", status.word())
        .put("call_id", callId)
        .put("name", name)
        .put("arguments", arguments)
        .build();
  }
}
