package puna.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.json.Json;

/// What a parser makes of a whole message; checks the order that events keep on the way.
record ParsedMessage(ChatMessage message, List<ChatEvent> events) {

  /// @param parts text, and special tokens as the marks that `specials` names
  static ParsedMessage of(ToolFormat format, Set<String> specials, List<String> parts) {
    return of(new ToolCallParser(format, OfferedNames.unknown(), specials, ids()), specials, parts);
  }

  static ParsedMessage of(ToolFormat format, OfferedNames offered, String text) {
    return of(new ToolCallParser(format, offered, Set.of(), ids()), Set.of(), List.of(text));
  }

  private static ParsedMessage of(ToolCallParser parser, Set<String> specials, List<String> parts) {
    List<ChatEvent> events = new ArrayList<>();
    for (String part : parts) {
      events.addAll(specials.contains(part) ? parser.special(part) : parser.append(part));
    }
    events.addAll(parser.finish());
    ParsedMessage parsed = new ParsedMessage(last(events).message(), merged(events));
    parsed.check();
    return parsed;
  }

  static ParsedMessage of(ToolFormat format, String text) {
    return of(format, Set.of(), List.of(text));
  }

  /// Cuts every text part at random places.
  static List<String> cut(List<String> parts, Set<String> specials, Random random) {
    List<String> pieces = new ArrayList<>();
    for (String part : parts) {
      int at = 0;
      while (!specials.contains(part) && at < part.length()) {
        int end = Math.min(part.length(), at + 1 + random.nextInt(6));
        pieces.add(part.substring(at, end));
        at = end;
      }
      if (specials.contains(part)) {
        pieces.add(part);
      }
    }
    return pieces;
  }

  String text() {
    return message.text();
  }

  List<String> calls() {
    return message.toolCalls().stream().map(ParsedMessage::show).toList();
  }

  static String show(ToolCall call) {
    return call.name() + " " + Json.write(call.arguments());
  }

  private static Supplier<String> ids() {
    int[] next = {0};
    return () -> "id" + next[0]++;
  }

  private static ChatEvent.Finished last(List<ChatEvent> events) {
    return (ChatEvent.Finished) events.getLast();
  }

  private static List<ChatEvent> merged(List<ChatEvent> events) {
    List<ChatEvent> merged = new ArrayList<>();
    for (ChatEvent event : events) {
      ChatEvent before = merged.isEmpty() ? event : merged.getLast();
      if (event instanceof ChatEvent.TextDelta(String more)
          && before instanceof ChatEvent.TextDelta(String text)
          && !merged.isEmpty()) {
        merged.set(merged.size() - 1, new ChatEvent.TextDelta(text + more));
      } else if (event instanceof ChatEvent.ArgumentsDelta(int at, String more)
          && before instanceof ChatEvent.ArgumentsDelta(int index, String json)
          && at == index
          && !merged.isEmpty()) {
        merged.set(merged.size() - 1, new ChatEvent.ArgumentsDelta(index, json + more));
      } else {
        merged.add(event);
      }
    }
    return List.copyOf(merged);
  }

  private void check() {
    List<String> open = new ArrayList<>(); // by index from `done`: the arguments so far
    int done = 0;
    for (ChatEvent event : events) {
      switch (event) {
        case ChatEvent.ToolCallStarted(int index, _, _) -> {
          assertThat(index).isEqualTo(done + open.size());
          open.add("");
        }
        case ChatEvent.ArgumentsDelta(int index, String json) ->
            open.set(index - done, open.get(index - done) + json);
        case ChatEvent.ToolCallFinished(int index, ToolCall call) -> {
          assertThat(index).isEqualTo(done++);
          assertThat(LiteralReader.parse(open.removeFirst(), LiteralReader.Dialect.JSON))
              .contains(call.arguments());
        }
        case ChatEvent.ToolCallBroken(int index) -> {
          assertThat(index).isBetween(done, done + open.size());
          open.set(index - done, "broken");
          if (index - done == open.size() - 1) {
            open.clear();
          }
        }
        case ChatEvent.TextDelta _, ChatEvent.Finished _ -> assertThat(open).isEmpty();
        default -> throw new AssertionError("an event of another kind: " + event);
      }
    }
    assertThat(done).isEqualTo(message.toolCalls().size());
  }
}
