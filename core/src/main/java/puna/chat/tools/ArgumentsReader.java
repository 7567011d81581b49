package puna.chat.tools;

import java.util.List;
import puna.chat.tools.CallBlock.Progress;
import puna.chat.tools.LiteralReader.Dialect;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonObject;

/// The arguments of a call that is started: one JSON object, or Python dict; or a word that says
/// that there are none.
final class ArgumentsReader {
  /// What a call without arguments has.
  static final JsonObject EMPTY = JsonObject.builder().build();

  private static final List<String> NONE = List.of("null", "None");

  private final CallSink sink;
  private final LiteralReader reader = new LiteralReader(Dialect.JSON);
  private final StringBuilder word = new StringBuilder();
  private boolean begun;

  ArgumentsReader(CallSink sink) {
    this.sink = sink;
  }

  boolean isInString() {
    return reader.isInString();
  }

  /// Takes the next character, the first of which is no white space.
  Progress append(char c) {
    if (!begun && c != '{') {
      word.append(c);
      String begun = word.toString();
      if (NONE.contains(begun)) {
        return none(sink);
      }
      return NONE.stream().anyMatch(none -> none.startsWith(begun))
          ? Progress.MORE
          : Progress.MALFORMED;
    }
    begun = true;
    if (!word.isEmpty() || !reader.append(c)) {
      return Progress.MALFORMED;
    }
    sink.arguments(reader.takeText());
    if (!reader.isClosed()) {
      return Progress.MORE;
    }
    if (!(reader.end().orElse(JsonNull.NULL) instanceof JsonObject object)) {
      return Progress.MALFORMED;
    }
    sink.completed(object);
    return Progress.COMPLETE;
  }

  /// A call that is started has no arguments.
  static Progress none(CallSink sink) {
    sink.arguments("{}");
    sink.completed(EMPTY);
    return Progress.COMPLETE;
  }
}
