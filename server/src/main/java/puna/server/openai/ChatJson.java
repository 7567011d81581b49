package puna.server.openai;

import java.util.List;
import java.util.Optional;
import puna.ChatAnswer;
import puna.FinishReason;
import puna.Usage;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Members;
import puna.server.work.CutText;

/// Parts of chat completions as JSON.
final class ChatJson {
  private ChatJson() {}

  /// The message of a whole answer.
  static JsonObject message(ChatAnswer answer) {
    ChatMessage message = answer.message();
    List<ToolCall> calls = message.toolCalls();
    String text = text(answer);
    Members json = Members.none().put("role", "assistant");
    json.putOrNull(
        "content", text.isEmpty() && !calls.isEmpty() ? Optional.empty() : Optional.of(text));
    json.putNull("refusal");
    message.reasoning().ifPresent(reasoning -> json.put("reasoning_content", reasoning));
    if (!calls.isEmpty()) {
      json.put("tool_calls", calls.stream().map(ChatJson::call).toList());
    }
    return json.toJson();
  }

  /// The text of a whole answer, without a call that was cut off.
  static String text(ChatAnswer answer) {
    String text = CutText.whole(answer.text(), answer.finishReason());
    String cut = answer.finishReason().isComplete() ? "" : answer.cutCall().orElse("");
    return text.endsWith(cut) ? text.substring(0, text.length() - cut.length()) : text;
  }

  private static JsonObject call(ToolCall call) {
    return Members.none()
        .put("id", call.id().orElse(""))
        .put("type", "function")
        .put(
            "function",
            Members.none().put("name", call.name()).put("arguments", Json.write(call.arguments())))
        .toJson();
  }

  /// Why an answer ended.
  ///
  /// @throws Failure when it was broken off here, which no word of the dialect says
  static String finishReason(ChatAnswer answer) {
    FinishReason reason = answer.finishReason();
    return switch (reason) {
      case STOP -> answer.message().toolCalls().isEmpty() ? "stop" : "tool_calls";
      case REASONING_ONLY -> "stop";
      case CANCELLED -> throw stopped();
      default -> "length";
    };
  }

  static Failure stopped() {
    return Failure.of(Kind.BUSY, "the server is being stopped").retryAfter(1);
  }

  /// What several answers to one prompt took.
  static JsonObject usage(List<Usage> answers) {
    Usage first = answers.getFirst();
    long generated = answers.stream().mapToLong(Usage::completionTokens).sum();
    long reasoning = answers.stream().mapToLong(Usage::reasoningTokens).sum();
    return Members.none()
        .put("prompt_tokens", first.promptTokens())
        .put("completion_tokens", generated)
        .put("total_tokens", first.promptTokens() + generated)
        .put("prompt_tokens_details", Members.none().put("cached_tokens", first.cachedTokens()))
        .put("completion_tokens_details", Members.none().put("reasoning_tokens", reasoning))
        .toJson();
  }

  /// The log-probabilities of a piece of text.
  static JsonObject logProbabilities(List<? extends JsonValue> content) {
    return Members.none().put("content", content).putNull("refusal").toJson();
  }
}
