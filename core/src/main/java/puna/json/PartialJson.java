package puna.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Reads the beginning of a JSON text: the value so far of one that is still streaming.
///
/// Strings, arrays and objects that are still open are closed where the text ends. A member appears
/// with the first character of its value; a number, `true`, `false` or `null` once it is complete.
///
/// ```java
/// PartialJson json = new PartialJson();
/// for (String piece : List.of("{\"city\": \"Ro", "me\", \"mil", "lions\": 2.8", "}")) {
///   if (json.append(piece)) {
///     json.value().ifPresent(System.out::println); // Ro, Rome, Rome with 2.8
///   }
/// }
/// ```
///
/// Each character is looked at once. Not for several threads at once.
public final class PartialJson {
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
  private static final Pattern NUMBER_BEGINNING =
      Pattern.compile("-?(?:(?:0|[1-9][0-9]*)(?:\\.[0-9]*|(?:\\.[0-9]+)?[eE][+-]?[0-9]*)?)?");
  private static final List<String> WORDS = List.of("true", "false", "null");
  private static final int LONGEST_NUMBER = 1000;

  private final Deque<Frame> frames = new ArrayDeque<>();
  private final StringBuilder literal = new StringBuilder(); // a number or word that goes on
  private @Nullable OpenString string;
  private Place place = Place.VALUE;
  private @Nullable JsonValue whole;
  private boolean grown;
  private long position;

  private enum Place {
    VALUE,
    VALUE_OR_END,
    KEY,
    KEY_OR_END,
    COLON,
    AFTER_VALUE,
    END
  }

  /// An array or object that is open.
  private static final class Frame {
    final boolean isObject;
    final List<JsonValue> elements = new ArrayList<>();
    final JsonObject.Builder members = JsonObject.builder();
    final Set<String> names = new HashSet<>();
    String name = "";

    Frame(boolean isObject) {
      this.isObject = isObject;
    }

    void add(JsonValue value) {
      if (isObject) {
        members.put(name, value);
      } else {
        elements.add(value);
      }
    }

    /// The value so far; a member that is put here again when it is whole stays where it stands.
    JsonValue with(@Nullable JsonValue open) {
      if (isObject) {
        return open == null ? members.build() : members.put(name, open).build();
      }
      if (open == null) {
        return new JsonArray(elements);
      }
      elements.add(open);
      JsonArray array = new JsonArray(elements);
      elements.removeLast();
      return array;
    }
  }

  /// A text of which nothing is known yet.
  public PartialJson() {}

  /// The value so far; empty while there is none yet.
  ///
  /// @throws JsonException when it shows that no JSON text begins like this
  public static Optional<JsonValue> read(String beginning) {
    PartialJson json = new PartialJson();
    json.append(beginning);
    return json.value();
  }

  /// Takes the next piece of the text.
  ///
  /// @return whether the value has grown
  /// @throws JsonException when it shows that no JSON text goes on like this; nothing more can be
  ///   appended then
  public boolean append(String piece) {
    grown = false;
    for (int i = 0; i < piece.length(); i++) {
      position++;
      append(piece.charAt(i));
    }
    if (frames.isEmpty() && !literal.isEmpty() && isWhole(literal)) {
      grown = true;
    }
    return grown;
  }

  /// The value so far; empty while there is none yet.
  public Optional<JsonValue> value() {
    @Nullable JsonValue value = whole;
    if (string != null && place != Place.COLON) {
      value = new JsonString(string.known());
    } else if (frames.isEmpty() && isWhole(literal)) {
      value = literalValue();
    }
    for (Frame frame : frames) {
      value = frame.with(value);
    }
    return Optional.ofNullable(value);
  }

  private void append(char c) {
    if (string != null) {
      inString(string, c);
      return;
    }
    if (isLiteral(c) && (isValueNext() || !literal.isEmpty())) {
      literal.append(c);
      requireBeginning();
      return;
    }
    if (!literal.isEmpty()) {
      endLiteral(c);
    }
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      token(c);
    }
  }

  private boolean isValueNext() {
    return place == Place.VALUE || place == Place.VALUE_OR_END;
  }

  private void token(char c) {
    switch (place) {
      case VALUE, VALUE_OR_END -> valueStart(c);
      case KEY, KEY_OR_END -> {
        if (c == '"') {
          string = new OpenString();
          place = Place.COLON;
        } else if (c == '}' && place == Place.KEY_OR_END) {
          close();
        } else {
          throw failure("a key", c);
        }
      }
      case COLON -> {
        if (c != ':') {
          throw failure("a colon", c);
        }
        place = Place.VALUE;
      }
      case AFTER_VALUE -> afterValue(c, frames.element().isObject);
      case END -> throw failure("the end of the text after one value", c);
    }
  }

  private void valueStart(char c) {
    switch (c) {
      case '"' -> {
        string = new OpenString();
        grown = true;
      }
      case '{', '[' -> {
        if (frames.size() == Json.MAX_DEPTH) {
          throw failure("at most %s levels".formatted(Json.MAX_DEPTH), c);
        }
        frames.push(new Frame(c == '{'));
        place = c == '{' ? Place.KEY_OR_END : Place.VALUE_OR_END;
        grown = true;
      }
      case ']' -> {
        if (place != Place.VALUE_OR_END) {
          throw failure("a value", c);
        }
        close();
      }
      default -> throw failure("a value", c);
    }
  }

  private void afterValue(char c, boolean inObject) {
    if (c == ',') {
      place = inObject ? Place.KEY : Place.VALUE;
    } else if (c == (inObject ? '}' : ']')) {
      close();
    } else {
      throw failure(inObject ? "a comma or }" : "a comma or ]", c);
    }
  }

  private void close() {
    completed(frames.pop().with(null));
  }

  private void completed(JsonValue value) {
    if (frames.isEmpty()) {
      whole = value;
      place = Place.END;
    } else {
      frames.element().add(value);
      place = Place.AFTER_VALUE;
    }
  }

  private void inString(OpenString open, char c) {
    int before = open.knownLength();
    if (!open.append(c)) {
      throw failure("a string's next character", c);
    }
    if (open.isEnded()) {
      string = null;
    }
    if (place != Place.COLON) {
      grown |= open.knownLength() != before;
      if (open.isEnded()) {
        completed(new JsonString(open.known()));
      }
    } else if (open.isEnded()) {
      Frame frame = frames.element();
      frame.name = open.known();
      if (!frame.names.add(frame.name)) {
        throw failure("each key once", c);
      }
    }
  }

  private static boolean isLiteral(char c) {
    return c == '-'
        || c == '+'
        || c == '.'
        || (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z');
  }

  private void requireBeginning() {
    boolean begins =
        NUMBER_BEGINNING.matcher(literal).matches() && literal.length() <= LONGEST_NUMBER
            || WORDS.stream().anyMatch(word -> word.startsWith(literal.toString()));
    if (!begins) {
      throw failure("a number, true, false or null", literal.charAt(literal.length() - 1));
    }
  }

  private static boolean isWhole(CharSequence literal) {
    return NUMBER.matcher(literal).matches() || WORDS.contains(literal.toString());
  }

  private void endLiteral(char next) {
    if (!isWhole(literal)) {
      throw failure("a number, true, false or null", next);
    }
    JsonValue value = literalValue();
    literal.setLength(0);
    grown = true;
    completed(value);
  }

  private JsonValue literalValue() {
    return switch (literal.toString()) {
      case "true" -> JsonBoolean.TRUE;
      case "false" -> JsonBoolean.FALSE;
      case "null" -> JsonNull.NULL;
      default -> new JsonNumber(literal.toString());
    };
  }

  private JsonException failure(String expected, char found) {
    return new JsonException(
        "unfinished JSON: character %s: expected %s, found %s"
            .formatted(position, expected, Json.write(new JsonString(String.valueOf(found)))));
  }
}
