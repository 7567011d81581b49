package puna.chat.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.ToolCall;

/// Calls, and what is said beside them, in more messages than they came in.
final class CallTurns {
  private CallTurns() {}

  /// Each message with several calls as one message a call, followed by its result, for templates
  /// that allow one call a message. Where the results are not one for each call, messages stay as
  /// they are: it cannot be told where the results belong.
  static List<ChatMessage> oneCallEach(List<ChatMessage> messages) {
    List<ChatMessage> single = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      List<ChatMessage> results =
          inOrder(message.toolCalls(), messages.subList(i + 1, endOfResults(messages, i + 1)));
      if (message.toolCalls().size() < 2 || results.isEmpty()) {
        single.add(message);
        continue;
      }
      for (int call = 0; call < results.size(); call++) {
        single.add(withCall(message, call));
        single.add(results.get(call));
      }
      i += results.size();
    }
    return List.copyOf(single);
  }

  /// What is said beside calls as a message of its own in front of them.
  static List<ChatMessage> textApart(List<ChatMessage> messages) {
    List<ChatMessage> apart = new ArrayList<>();
    for (ChatMessage message : messages) {
      if (message.toolCalls().isEmpty() || message.text().isEmpty()) {
        apart.add(message);
        continue;
      }
      apart.add(ChatMessage.of(Role.ASSISTANT, said(message)));
      apart.add(ChatMessage.assistant("", message.toolCalls()));
    }
    return List.copyOf(apart);
  }

  /// Where the results end that begin at a place.
  static int endOfResults(List<ChatMessage> messages, int start) {
    int end = start;
    while (end < messages.size() && messages.get(end).role() == Role.TOOL) {
      end++;
    }
    return end;
  }

  /// The results in the order of their calls; none where they are not one for each call.
  static List<ChatMessage> inOrder(List<ToolCall> calls, List<ChatMessage> results) {
    if (calls.size() != results.size()) {
      return List.of();
    }
    List<ChatMessage> left = new ArrayList<>(results);
    List<Optional<ChatMessage>> named = new ArrayList<>();
    for (ToolCall call : calls) {
      named.add(left.stream().filter(result -> answers(result, call)).findFirst());
      named.getLast().ifPresent(left::remove);
    }
    return named.stream().map(result -> result.orElseGet(left::removeFirst)).toList();
  }

  private static boolean answers(ChatMessage result, ToolCall call) {
    return call.id().isPresent()
        && result.toolResult().flatMap(ContentPart.Result::callId).equals(call.id());
  }

  /// The message with that call alone; what it says beside its calls stands before the first.
  private static ChatMessage withCall(ChatMessage message, int number) {
    List<ContentPart> parts = new ArrayList<>(number == 0 ? said(message) : List.of());
    parts.add(new ContentPart.Call(message.toolCalls().get(number)));
    return ChatMessage.of(Role.ASSISTANT, parts);
  }

  private static List<ContentPart> said(ChatMessage message) {
    return message.content().stream().filter(part -> !(part instanceof ContentPart.Call)).toList();
  }
}
