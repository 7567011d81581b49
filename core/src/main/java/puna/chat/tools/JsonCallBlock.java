package puna.chat.tools;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;
import puna.chat.tools.JsonPushdown.State;
import puna.json.JsonValue.JsonObject;

/// A call as one JSON object: `{"name": …, "parameters": {…}}`, also with `arguments`, `id` and
/// `"type": "function"`. Any other member makes it an object that is no call.
final class JsonCallBlock implements CallBlock {
  private static final Set<String> MEMBERS = Set.of("type", "id", "name", "arguments");

  private final CallSink sink;
  private final Arguments required;
  private final JsonPushdown json = new JsonPushdown();
  private final Set<String> seen = new HashSet<>();
  private final StringBuilder key = new StringBuilder();
  private final StringBuilder value = new StringBuilder();
  private boolean inValue;
  private String id = "";
  private @Nullable String name;
  private @Nullable String arguments;
  private boolean started;

  /// Whether a call without arguments is one.
  enum Arguments {
    REQUIRED,
    OPTIONAL
  }

  JsonCallBlock(CallSink sink, Arguments required) {
    this.sink = sink;
    this.required = required;
  }

  @Override
  public Progress append(char c) {
    State before = json.state();
    int depth = json.depth();
    if (!json.append(c)) {
      return Progress.MALFORMED;
    }
    if (depth == 1 && !inValue) {
      if (!member(before, c)) {
        return Progress.MALFORMED;
      }
    } else if (inValue && !valuePart(c)) {
      return Progress.MALFORMED;
    }
    return json.state() == State.DONE ? end() : Progress.MORE;
  }

  /// Takes a character between the values.
  private boolean member(State before, char c) {
    if (json.isInKey()) {
      if (before == State.STRING || before == State.ESCAPE) {
        key.append(c);
        return key.length() <= 16;
      }
      key.setLength(0);
      return true;
    }
    if (before == State.STRING) {
      if (key.toString().equals("parameters")) {
        key.replace(0, key.length(), "arguments");
      }
      return MEMBERS.contains(key.toString()) && seen.add(key.toString());
    }
    if (before == State.VALUE && json.state() != State.VALUE) {
      inValue = true;
      value.setLength(0);
      boolean object = c == '{' && inArguments();
      return (object || c == '"') && valuePart(c);
    }
    return true;
  }

  private boolean valuePart(char c) {
    value.append(c);
    if (started && inArguments()) {
      sink.arguments(String.valueOf(c));
    } else if (inArguments() && value.length() == 1) {
      start();
    }
    if (json.state() == State.AFTER_VALUE && json.depth() == 1) {
      inValue = false;
      return valueEnd();
    }
    return true;
  }

  private boolean valueEnd() {
    String text = value.toString();
    switch (key.toString()) {
      case "arguments" -> arguments = text;
      case "type" -> {
        return text.equals("\"function\"");
      }
      case "id" -> id = JsonObjects.string(text).orElse("");
      default -> {
        Optional<String> called = JsonObjects.string(text).filter(Tool::isName);
        called.ifPresent(found -> name = found);
        start();
        return called.isPresent();
      }
    }
    return true;
  }

  private boolean inArguments() {
    return inValue && key.toString().equals("arguments");
  }

  /// Starts the call once its name is known and its arguments have begun.
  private void start() {
    String begun = inArguments() ? value.toString() : arguments;
    // Arguments may stand in a JSON string; then nothing is known before its end.
    if (!started && name != null && begun != null && begun.charAt(0) == '{') {
      started = true;
      sink.started(id, name);
      sink.arguments(begun);
    }
  }

  private Progress end() {
    if (name == null || (arguments == null && required == Arguments.REQUIRED)) {
      return Progress.MALFORMED;
    }
    String text = arguments == null ? "{}" : arguments;
    if (text.charAt(0) == '"') {
      text = JsonObjects.string(text).orElse("");
    }
    Optional<JsonObject> object = JsonObjects.object(text);
    if (object.isEmpty()) {
      return Progress.MALFORMED;
    }
    if (!started) {
      sink.started(id, name);
      sink.arguments(text);
    }
    sink.completed(object.get());
    return Progress.COMPLETE;
  }
}
