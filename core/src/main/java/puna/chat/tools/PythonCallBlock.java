package puna.chat.tools;

import java.text.Normalizer;
import java.util.Optional;
import puna.chat.tools.LiteralReader.Dialect;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// A call as Python writes it, with keyword arguments only: `name(a=1, b='x')`. Of equal keywords
/// the last one counts.
final class PythonCallBlock implements CallBlock {
  private static final String METHOD = ".call";

  private final CallSink sink;
  private final Form form;
  private final OfferedNames offered;
  private final StringBuilder word = new StringBuilder();
  private final JsonObject.Builder arguments = JsonObject.builder();
  private final Layout layout = new Layout();
  private LiteralReader value = new LiteralReader(Dialect.PYTHON);
  private Place place = Place.NAME;
  private String key = "";
  private boolean first = true;

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

  PythonCallBlock(CallSink sink, Form form, OfferedNames offered) {
    this.sink = sink;
    this.form = form;
    this.offered = offered;
  }

  @Override
  public boolean takesMarks() {
    return place == Place.VALUE && value.isInString();
  }

  @Override
  public Progress append(char c) {
    if (place == Place.VALUE) {
      return value(c);
    }
    // A word of running text ends at its first space: only lists may be written so loosely.
    if (form == Form.METHOD && place == Place.NAME && !isNamePart(c) && c != '(') {
      return Progress.MALFORMED;
    }
    return switch (layout.append(c)) {
      case MALFORMED -> Progress.MALFORMED;
      case YES -> spaced();
      case NO ->
          switch (place) {
            case NAME, AFTER_NAME -> name(c);
            case BEFORE_KEY -> beforeKey(c);
            case KEY, AFTER_KEY, VALUE -> key(c);
          };
    };
  }

  private Progress spaced() {
    return switch (place) {
      case NAME -> to(Place.AFTER_NAME);
      case KEY -> to(Place.AFTER_KEY);
      case AFTER_NAME, BEFORE_KEY, AFTER_KEY, VALUE -> Progress.MORE;
    };
  }

  private Progress name(char c) {
    if (c == '(') {
      return start();
    }
    // Python lets spaces stand beside the dots of a name.
    boolean dotted = !word.isEmpty() && word.charAt(word.length() - 1) == '.';
    if (!isNamePart(c) || (place == Place.AFTER_NAME && c != '.' && !dotted)) {
      return Progress.MALFORMED;
    }
    word.append(c);
    return word.length() <= CallNames.MAX_LENGTH ? to(Place.NAME) : Progress.MALFORMED;
  }

  private static boolean isNamePart(char c) {
    return CallNames.isPythonPart(c) || c == '.';
  }

  private Progress start() {
    String name = normal(word);
    if (form == Form.METHOD) {
      if (!name.endsWith(METHOD)) {
        return Progress.MALFORMED;
      }
      name = name.substring(0, name.length() - METHOD.length());
    }
    if (!CallNames.isPython(name) || !offered.contains(name)) {
      return Progress.MALFORMED;
    }
    sink.started("", name);
    return to(Place.BEFORE_KEY);
  }

  private Progress beforeKey(char c) {
    if (c == ')') {
      return finish();
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
    key = normal(word);
    if (c != '=' || !CallNames.isIdentifier(key)) {
      return Progress.MALFORMED;
    }
    value = new LiteralReader(Dialect.PYTHON);
    sink.arguments((first ? "{" : ",") + Json.write(new JsonString(key)) + ":");
    first = false;
    return to(Place.VALUE);
  }

  private Progress value(char c) {
    if ((c != ',' && c != ')') || !value.isEndedBy(c)) {
      boolean fits = value.append(c);
      sink.arguments(value.takeText());
      return fits ? Progress.MORE : Progress.MALFORMED;
    }
    Optional<JsonValue> read = value.end();
    if (read.isEmpty()) {
      return Progress.MALFORMED;
    }
    sink.arguments(value.takeText());
    arguments.put(key, read.get());
    return c == ')' ? finish() : to(Place.BEFORE_KEY);
  }

  private Progress finish() {
    sink.arguments(first ? "{}" : "}");
    sink.completed(arguments.build());
    return Progress.COMPLETE;
  }

  private Progress to(Place next) {
    place = next;
    return Progress.MORE;
  }

  // As Python compares identifiers.
  private static String normal(CharSequence word) {
    return Normalizer.normalize(word, Normalizer.Form.NFKC);
  }
}
