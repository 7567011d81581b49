package puna.chat.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import puna.chat.ChatEvent;
import puna.chat.ChatEvent.ArgumentsDelta;
import puna.chat.ChatEvent.TextDelta;
import puna.chat.ChatEvent.ToolCallBroken;
import puna.chat.ChatEvent.ToolCallFinished;
import puna.chat.ChatEvent.ToolCallStarted;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;

/// The events of one message as they arise. Calls of the block that is being read are provisional
/// until the block is known to be well-formed.
final class CallLog implements CallSink {
  private static final String QUERY = "query";
  private static final int MOST_SPACES = 100;

  private final Supplier<String> ids;
  private final StringBuilder content = new StringBuilder();
  private final List<ToolCall> calls = new ArrayList<>();
  private final List<ToolCall> provisional = new ArrayList<>(); // those that are complete
  private final StringBuilder text = new StringBuilder(); // not sent yet
  private final StringBuilder arguments = new StringBuilder(); // not sent yet
  private List<ChatEvent> events = new ArrayList<>();
  private String id = "";
  private String name = "";
  private boolean open;

  CallLog(Supplier<String> ids) {
    this.ids = ids;
  }

  int calls() {
    return calls.size() + provisional.size();
  }

  void text(CharSequence piece) {
    text.append(piece);
    content.append(piece);
  }

  /// True where the text so far ends within a JSON value: what follows is a part of it.
  boolean isInsideJson() {
    int last = beforeSpaces(content.length());
    char end = last < 0 ? ' ' : content.charAt(last);
    int before = beforeSpaces(last);
    char inner = before < 0 ? ' ' : content.charAt(before);
    return switch (end) {
      case '[', '{', '(' -> true;
      case ':' -> inner == '"' || inner == '\'';
      case ',' -> "}]\"'".indexOf(inner) >= 0;
      default -> false;
    };
  }

  /// Where the last character before `end` is that is no white space; -1 if there is none near.
  private int beforeSpaces(int end) {
    for (int i = end - 1; i >= Math.max(0, end - MOST_SPACES); i--) {
      if (!Character.isWhitespace(content.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void started(String givenId, String tool) {
    flush();
    open = true;
    id = givenId.isEmpty() ? ids.get() : givenId;
    name = tool;
    events.add(new ToolCallStarted(calls(), id, name));
  }

  @Override
  public void arguments(String json) {
    arguments.append(json);
  }

  @Override
  public void completed(JsonObject given) {
    JsonObject value = given;
    if (CallNames.BUILT_IN.contains(name)) {
      value = asQuery(given);
      arguments.setLength(0);
      arguments.append(Json.write(value));
    }
    open = false;
    flush();
    provisional.add(ToolCall.of(id, name, value));
  }

  @Override
  public void restarted() {
    flush();
    arguments.setLength(0);
    events.add(new ToolCallBroken(calls()));
    open = false;
  }

  /// The block is well-formed: its calls stand.
  void commit() {
    flush();
    for (ToolCall call : provisional) {
      events.add(new ToolCallFinished(calls.size(), call));
      calls.add(call);
    }
    provisional.clear();
  }

  /// The block is malformed: its calls are none.
  void revoke() {
    flush();
    arguments.setLength(0);
    int first = calls.size();
    int count = provisional.size() + (open ? 1 : 0);
    for (int i = 0; i < count; i++) {
      events.add(new ToolCallBroken(first + i));
    }
    provisional.clear();
    open = false;
  }

  boolean isOpen() {
    return open || !provisional.isEmpty();
  }

  /// The events since the last time.
  List<ChatEvent> take() {
    flush();
    List<ChatEvent> taken = List.copyOf(events);
    events = new ArrayList<>();
    return taken;
  }

  ChatMessage message() {
    // White space beside calls is layout, not text.
    boolean blank = !calls.isEmpty() && content.toString().isBlank();
    return ChatMessage.assistant(blank ? "" : content.toString(), calls);
  }

  private void flush() {
    if (!text.isEmpty()) {
      events.add(new TextDelta(text.toString()));
      text.setLength(0);
    }
    // The arguments of built-in tools are sent at their end: their key may be another one.
    boolean waits = open && CallNames.BUILT_IN.contains(name);
    if (!arguments.isEmpty() && !waits) {
      events.add(new ArgumentsDelta(calls(), arguments.toString()));
      arguments.setLength(0);
    }
  }

  private static JsonObject asQuery(JsonObject arguments) {
    Map<String, JsonValue> members = arguments.members();
    return members.isEmpty() || members.containsKey(QUERY)
        ? arguments
        : new JsonObject(Map.of(QUERY, members.values().iterator().next()));
  }
}
