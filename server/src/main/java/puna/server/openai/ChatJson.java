package puna.server.openai;

import java.util.List;
import java.util.Optional;
import puna.ChatAnswer;
import puna.FinishReason;
import puna.Usage;
import puna.chat.ChatMessage;
import puna.chat.OpenAiJson;
import puna.chat.ToolCall;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.work.CutText;

/// Parts of chat completions as JSON.
final class ChatJson {
  private ChatJson() {}

  /// The message of a whole answer.
  static JsonObject message(ChatAnswer answer) {
    ChatMessage message = answer.message();
    List<ToolCall> calls = message.toolCalls();
    String text = text(answer);
    JsonObject.Builder json = JsonObject.builder().put("role", "assistant");
    json.putOrNull(
        "content", text.isEmpty() && !calls.isEmpty() ? Optional.empty() : Optional.of(text));
    json.putNull("refusal");
    message.reasoning().ifPresent(reasoning -> json.put("reasoning_content", reasoning));
    if (!calls.isEmpty()) {
      json.put("tool_calls", calls.stream().map(OpenAiJson::write).toList());
    }
    return json.build();
  }

  /// The text of a whole answer, without a call that was cut off.
  static String text(ChatAnswer answer) {
    String text = CutText.whole(answer.text(), answer.finishReason());
    String cut = answer.finishReason().isComplete() ? "" : answer.cutCall().orElse("");
    return text.endsWith(cut) ? text.substring(0, text.length() - cut.length()) : text;
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
    return JsonObject.builder()
        .put("prompt_tokens", first.promptTokens())
        .put("completion_tokens", generated)
        .put("total_tokens", first.promptTokens() + generated)
        .put(
            "prompt_tokens_details",
            JsonObject.builder().put("cached_tokens", first.cachedTokens()))
        .put("completion_tokens_details", JsonObject.builder().put("reasoning_tokens", reasoning))
        .build();
  }

  /// The log-probabilities of a piece of text.
  static JsonObject logProbabilities(List<? extends JsonValue> content) {
    return JsonObject.builder().put("content", content).putNull("refusal").build();
  }
}
