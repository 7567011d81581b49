package puna.chat.tools;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
import puna.chat.ToolCall;

/// Conversations whose calls have other ids, and whose results name these, and the tools.
final class CallIds {
  private static final Pattern NINE = Pattern.compile("[A-Za-z0-9]{9}");

  private final UnaryOperator<ToolCall> renamed;
  private final Map<String, ToolCall> callsByGivenId = new HashMap<>();
  private final Deque<ToolCall> unanswered = new ArrayDeque<>();

  private CallIds(UnaryOperator<ToolCall> renamed) {
    this.renamed = renamed;
  }

  /// With the ids as they are: results name their tools alone.
  static List<ChatMessage> asGiven(List<ChatMessage> messages) {
    return new CallIds(UnaryOperator.identity()).of(messages);
  }

  /// With ids of nine letters and digits; those that are so stay.
  static List<ChatMessage> ofNineLetters(List<ChatMessage> messages) {
    int[] number = {0};
    return new CallIds(
            call -> {
              String made = String.format(Locale.ROOT, "call%05d", number[0]++);
              String id = call.id().filter(given -> NINE.matcher(given).matches()).orElse(made);
              return ToolCall.of(id, call.name(), call.arguments());
            })
        .of(messages);
  }

  /// With ids that say the tool and which call of the conversation it is.
  static List<ChatMessage> byName(List<ChatMessage> messages) {
    int[] number = {0};
    return new CallIds(call ->
        ToolCall.of(
            "functions.%s:%s".formatted(call.name(), number[0]++), call.name(), call.arguments()))
        .of(messages);
  }

  private List<ChatMessage> of(List<ChatMessage> messages) {
    return messages.stream().map(this::message).toList();
  }

  private ChatMessage message(ChatMessage message) {
    if (!message.toolCalls().isEmpty()) {
      unanswered.clear(); // results stand behind the message that asked for them
    }
    List<ContentPart> parts = new ArrayList<>();
    for (ContentPart part : message.content()) {
      parts.add(
          switch (part) {
            case ContentPart.Call(ToolCall call) -> new ContentPart.Call(call(call));
            case ContentPart.Result result -> result(result);
            default -> part;
          });
    }
    return ChatMessage.of(message.role(), parts);
  }

  private ToolCall call(ToolCall call) {
    ToolCall other = renamed.apply(call);
    call.id().ifPresent(id -> callsByGivenId.put(id, other));
    unanswered.add(other);
    return other;
  }

  /// Results without an id come in the order of their calls.
  private ContentPart.Result result(ContentPart.Result result) {
    Optional<ToolCall> call =
        result.callId().isPresent()
            ? result.callId().map(callsByGivenId::get)
            : Optional.ofNullable(unanswered.peek());
    call.ifPresent(unanswered::remove);
    return new ContentPart.Result(
        call.flatMap(ToolCall::id).or(result::callId),
        result.toolName().or(() -> call.map(ToolCall::name)),
        result.content());
  }
}
