package puna.chat.tools;

import java.util.Optional;
import puna.chat.tools.CallBlock.Progress;
import puna.chat.tools.JsonPushdown.State;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// The arguments of a call that is started: one JSON object, or a Python dict where its first key
/// stands in single quotes.
final class ArgumentsReader {
  private final CallSink sink;
  private final StringBuilder text = new StringBuilder();
  private final JsonPushdown json = new JsonPushdown();
  private final LiteralScanner scanner = new LiteralScanner();
  private boolean python;
  private boolean streamed; // the text so far is with the sink

  ArgumentsReader(CallSink sink) {
    this.sink = sink;
  }

  Progress append(char c) {
    if (text.isEmpty() && c != '{') {
      return Progress.MALFORMED;
    }
    python |= c == '\'' && isAtFirstKey();
    text.append(c);
    // Python's brackets are followed from the first, so that a dict is known at its second one.
    boolean balanced = scanner.append(c);
    if (python) {
      return !balanced ? Progress.MALFORMED : scanner.depth() == 0 ? literal() : Progress.MORE;
    }
    if (!json.append(c)) {
      return Progress.MALFORMED;
    }
    if (!isAtFirstKey()) {
      sink.arguments(streamed ? String.valueOf(c) : text.toString());
      streamed = true;
    }
    return json.state() == State.DONE ? end(JsonObjects.object(text.toString())) : Progress.MORE;
  }

  private boolean isAtFirstKey() {
    return json.state() == State.FIRST_KEY && json.depth() == 1;
  }

  private Progress literal() {
    Optional<JsonObject> object =
        PythonLiterals.parse(text.toString())
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast);
    object.ifPresent(value -> sink.arguments(Json.write(value)));
    return end(object);
  }

  private Progress end(Optional<JsonObject> object) {
    object.ifPresent(sink::completed);
    return object.isPresent() ? Progress.COMPLETE : Progress.MALFORMED;
  }
}
