package puna.chat.tools;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A call as Python writes it, with keyword arguments only: `name(a=1, b='x')`.
final class PythonCallBlock implements CallBlock {
  private static final String METHOD = ".call";

  private final CallSink sink;
  private final Form form;
  private final StringBuilder word = new StringBuilder();
  private final Map<String, JsonValue> arguments = new LinkedHashMap<>();
  private LiteralScanner scanner = new LiteralScanner();
  private Place place = Place.NAME;
  private String key = "";

  /// How the tool is named.
  enum Form {
    /// `name(…)`.
    FUNCTION,
    /// `name.call(…)`.
    METHOD
  }

  private enum Place {
    NAME,
    AFTER_NAME,
    BEFORE_KEY,
    KEY,
    AFTER_KEY,
    VALUE
  }

  PythonCallBlock(CallSink sink, Form form) {
    this.sink = sink;
    this.form = form;
  }

  @Override
  public Progress append(char c) {
    return switch (place) {
      case NAME -> name(c);
      case AFTER_NAME -> isSpace(c) ? Progress.MORE : c == '(' ? start() : Progress.MALFORMED;
      case BEFORE_KEY -> beforeKey(c);
      case KEY, AFTER_KEY -> key(c);
      case VALUE -> value(c);
    };
  }

  private Progress name(char c) {
    if (CallNames.isPythonPart(c) || c == '.') {
      word.append(c);
      return word.length() <= CallNames.MAX_LENGTH ? Progress.MORE : Progress.MALFORMED;
    }
    if (isSpace(c)) {
      // A word of running text ends at its first space: only lists may be written so loosely.
      return form == Form.FUNCTION ? to(Place.AFTER_NAME) : Progress.MALFORMED;
    }
    return c == '(' ? start() : Progress.MALFORMED;
  }

  private Progress start() {
    String name = word.toString();
    if (form == Form.METHOD) {
      if (!name.endsWith(METHOD)) {
        return Progress.MALFORMED;
      }
      name = name.substring(0, name.length() - METHOD.length());
    }
    if (!CallNames.isPython(name)) {
      return Progress.MALFORMED;
    }
    sink.started("", name);
    return to(Place.BEFORE_KEY);
  }

  private Progress beforeKey(char c) {
    if (isSpace(c)) {
      return Progress.MORE;
    }
    if (c == ')') {
      return end();
    }
    word.setLength(0);
    word.append(c);
    return CallNames.isPythonStart(c) ? to(Place.KEY) : Progress.MALFORMED;
  }

  private Progress key(char c) {
    if (place == Place.KEY && CallNames.isPythonPart(c)) {
      word.append(c);
      return word.length() <= CallNames.MAX_LENGTH ? Progress.MORE : Progress.MALFORMED;
    }
    if (isSpace(c)) {
      return to(Place.AFTER_KEY);
    }
    key = word.toString();
    word.setLength(0);
    scanner = new LiteralScanner();
    return c == '=' && !arguments.containsKey(key) ? to(Place.VALUE) : Progress.MALFORMED;
  }

  private Progress value(char c) {
    boolean ends = (c == ',' || c == ')') && scanner.depth() == 0 && scanner.isOutside(c);
    if (!ends) {
      word.append(c);
      return scanner.append(c) ? Progress.MORE : Progress.MALFORMED;
    }
    Optional<JsonValue> value = PythonLiterals.parse(word.toString());
    if (value.isEmpty()) {
      return Progress.MALFORMED;
    }
    sink.arguments(
        (arguments.isEmpty() ? "{" : ",")
            + Json.write(new JsonString(key))
            + ":"
            + Json.write(value.get()));
    arguments.put(key, value.get());
    return c == ')' ? end() : to(Place.BEFORE_KEY);
  }

  private Progress end() {
    sink.arguments(arguments.isEmpty() ? "{}" : "}");
    sink.completed(new JsonObject(arguments));
    return Progress.COMPLETE;
  }

  private Progress to(Place next) {
    place = next;
    return Progress.MORE;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }
}
