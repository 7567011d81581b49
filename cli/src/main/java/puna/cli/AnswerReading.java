package puna.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
import puna.chat.ToolCall;
import puna.chat.tools.AnswerReader;
import puna.chat.tools.OfferedNames;
import puna.chat.tools.Thinking;
import puna.chat.tools.ToolCallParser;
import puna.chat.tools.ToolFormat;
import puna.cli.command.CommandException;
import puna.json.JsonPlace;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// How the text of an answer is read.
///
/// @param offered the tools that the model was shown
/// @param specials marks that are special tokens: where the text holds one, it stands for the token
record AnswerReading(
    ToolFormat format, Thinking thinking, OfferedNames offered, Set<String> specials) {

  /// What is read from an answer, as `{"text": …, "reasoning": …, "calls": […]}`.
  JsonObject.Builder read(String text) {
    ToolCallParser calls = new ToolCallParser(format, offered, specials, () -> "call");
    AnswerReader reader = new AnswerReader(thinking, specials, Optional.of(calls));
    for (String part : parts(text)) {
      if (specials.contains(part)) {
        reader.special(part);
      } else {
        reader.append(part);
      }
    }
    List<ChatEvent> last = reader.finish();
    ChatMessage message = ((ChatEvent.Finished) last.getLast()).message();
    return JsonObject.builder()
        .put("text", message.text())
        .put("reasoning", reasoning(message))
        .put(
            "calls", new JsonArray(message.toolCalls().stream().map(AnswerReading::call).toList()));
  }

  private static JsonValue call(ToolCall call) {
    return JsonObject.builder().put("name", call.name()).put("arguments", call.arguments()).build();
  }

  private static JsonString reasoning(ChatMessage message) {
    StringBuilder reasoning = new StringBuilder();
    for (ContentPart part : message.content()) {
      if (part instanceof ContentPart.Reasoning(String text)) {
        reasoning.append(text);
      }
    }
    return new JsonString(reasoning.toString());
  }

  /// The text cut at its special tokens; of several that begin at one place the longest counts.
  private List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int begin = 0;
    for (int at = 0; at < text.length(); ) {
      String mark = markAt(text, at);
      if (mark.isEmpty()) {
        at++;
        continue;
      }
      parts.add(text.substring(begin, at));
      parts.add(mark);
      at += mark.length();
      begin = at;
    }
    parts.add(text.substring(begin));
    return parts;
  }

  private String markAt(String text, int at) {
    String longest = "";
    for (String mark : specials) {
      if (mark.length() > longest.length() && text.startsWith(mark, at)) {
        longest = mark;
      }
    }
    return longest;
  }

  /// @throws CommandException when a member is not what it must be
  static AnswerReading of(JsonObject line, AnswerReading otherwise, String origin) {
    JsonPlace members = members(line, origin);
    ToolFormat format =
        members.get("format").map(name -> format(text(name), origin)).orElse(otherwise.format);
    Thinking thinking = otherwise.thinking;
    List<String> marks =
        members
            .get("marks")
            .map(AnswerReading::texts)
            .orElse(List.of(thinking.open(), thinking.close()));
    if (marks.size() != 2) {
      throw new CommandException(origin + ": \"marks\" must be two texts, found " + marks.size());
    }
    Thinking.Start start =
        line.get("format").isPresent() || line.get("thinking").isPresent()
            ? members
                .get("thinking")
                .map(name -> start(text(name), origin))
                .orElse(Thinking.Start.NEVER)
            : thinking.start();
    return new AnswerReading(
        format,
        new Thinking(start, marks.get(0), marks.get(1)),
        members
            .get("tools")
            .map(AnswerReading::texts)
            .map(OfferedNames::of)
            .orElse(otherwise.offered),
        members
            .get("specials")
            .map(AnswerReading::texts)
            .<Set<String>>map(LinkedHashSet::new)
            .orElse(otherwise.specials));
  }

  /// @throws CommandException when there is no format of that name
  static ToolFormat format(String name, String origin) {
    return ToolFormat.named(name)
        .orElseThrow(() ->
            new CommandException(
                "%s: no format is called '%s'; known are %s"
                    .formatted(origin, name, ToolFormat.labels())));
  }

  /// @throws CommandException when there is none of that name
  static Thinking.Start start(String name, String origin) {
    return switch (name) {
      case "no" -> Thinking.Start.NEVER;
      case "model" -> Thinking.Start.MODEL;
      case "begun" -> Thinking.Start.BEGUN;
      default ->
          throw new CommandException(
              "%s: thinking must be model, begun or no, found '%s'".formatted(origin, name));
    };
  }

  private static JsonPlace members(JsonObject line, String origin) {
    return JsonPlace.of(
        line,
        "",
        (place, fault, rule) ->
            new CommandException(
                "%s: \"%s\" %s, found %s".formatted(origin, place.path(), rule, place.found())));
  }

  private static String text(JsonPlace place) {
    if (place.value() instanceof JsonString(String text)) {
      return text;
    }
    throw place.wrongKind("must be a text");
  }

  private static List<String> texts(JsonPlace place) {
    boolean areTexts =
        place.isArray()
            && place.elements().stream()
                .allMatch(element ->
                    element.value() instanceof JsonString(String text) && !text.isBlank());
    if (!areTexts) {
      throw place.wrongKind("must be a list of texts");
    }
    return place.elements().stream().map(JsonPlace::string).toList();
  }
}
