package puna.grammar;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue.JsonString;

/// Where a text of JSON stands, byte by byte: how deep it is, in which part, and which names came
/// in the objects that are open. Immutable, so that a token can be tried.
///
/// @param top the innermost array or object; null outside all
/// @param name what came of the name that is being written, one character a byte of UTF-8, with its
///   escapes
/// @param digits of the part of a number that is being written
/// @param fraction whether that part is behind the point
record JsonPlace(@Nullable Level top, Part part, String name, int digits, boolean fraction) {
  static final JsonPlace START = new JsonPlace(null, Part.VALUE, "", 0, false);

  /// What the next byte belongs to.
  enum Part {
    VALUE,
    STRING,
    STRING_ESCAPE,
    BEFORE_NAME,
    NAME,
    NAME_ESCAPE,
    /// A name came twice; nothing leads out of here.
    REPEATED
  }

  /// An open array or object.
  ///
  /// @param names of its members, the last first; null where none came
  record Level(@Nullable Level parent, int depth, boolean isObject, @Nullable Names names) {
    /// Whether names came in this object or one around it.
    boolean hasNames() {
      for (Level level = this; level != null; level = level.parent) {
        if (level.names != null) {
          return true;
        }
      }
      return false;
    }

    private Level with(String name) {
      return new Level(parent, depth, isObject, new Names(name, names));
    }
  }

  /// @param name in UTF-8, one character a byte, without escapes
  record Names(String name, @Nullable Names others) {}

  int depth() {
    return top == null ? 0 : top.depth;
  }

  boolean hasNames() {
    return top != null && top.hasNames();
  }

  JsonPlace after(byte[] bytes) {
    JsonPlace place = this;
    for (byte value : bytes) {
      place = place.after(value);
    }
    return place;
  }

  JsonPlace after(byte value) {
    return switch (part) {
      case STRING ->
          value == '"' ? in(top, Part.VALUE) : value == '\\' ? in(top, Part.STRING_ESCAPE) : this;
      case STRING_ESCAPE -> in(top, Part.STRING);
      case BEFORE_NAME -> value == '"' ? in(top, Part.NAME) : value == '}' ? close() : this;
      case NAME -> value == '"' ? named() : more(value, value == '\\');
      case NAME_ESCAPE -> more(value, false);
      case REPEATED -> this;
      case VALUE -> afterValue(value);
    };
  }

  private JsonPlace afterValue(byte value) {
    return switch (value) {
      case '"' -> in(top, Part.STRING);
      case '{' -> in(new Level(top, depth() + 1, true, null), Part.BEFORE_NAME);
      case '[' -> in(new Level(top, depth() + 1, false, null), Part.VALUE);
      case '}', ']' -> close();
      case ',' -> in(top, top != null && top.isObject ? Part.BEFORE_NAME : Part.VALUE);
      case '.' -> new JsonPlace(top, part, "", 0, true);
      default -> {
        boolean digit = value >= '0' && value <= '9';
        yield digit
            ? new JsonPlace(top, part, "", digits + 1, fraction)
            : digits == 0 && !fraction ? this : in(top, part);
      }
    };
  }

  private static JsonPlace in(@Nullable Level top, Part part) {
    return new JsonPlace(top, part, "", 0, false);
  }

  private JsonPlace close() {
    return in(top == null ? null : top.parent, Part.VALUE);
  }

  private JsonPlace more(byte value, boolean escapes) {
    return new JsonPlace(
        top, escapes ? Part.NAME_ESCAPE : Part.NAME, name + (char) (value & 0xFF), 0, false);
  }

  private JsonPlace named() {
    String read = name.indexOf('\\') < 0 ? name : unescaped(name);
    if (top == null) {
      return in(null, Part.VALUE);
    }
    return isNameThatCame(read) ? in(top, Part.REPEATED) : in(top.with(read), Part.VALUE);
  }

  private static String unescaped(String name) {
    String text = new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    try {
      return Json.parse("\"" + text + "\"", "name") instanceof JsonString(String read)
          ? new String(read.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
          : name;
    } catch (JsonException e) {
      return name; // a grammar of something else
    }
  }

  /// Whether a name is being written, or comes next, that may still become one that came before.
  boolean mayRepeat() {
    if (top == null || top.names == null) {
      return false;
    }
    return switch (part) {
      case BEFORE_NAME -> true;
      case NAME, NAME_ESCAPE -> beginsNameThatCame();
      case VALUE, STRING, STRING_ESCAPE, REPEATED -> false;
    };
  }

  private boolean beginsNameThatCame() {
    return name.indexOf('\\') >= 0 // what it says is known when it is complete
        || !nextInNames().isEmpty()
        || isNameThatCame(name);
  }

  /// The bytes that follow what came of the name in names that came before.
  BitSet nextInNames() {
    BitSet next = new BitSet();
    Names names = top == null ? null : top.names;
    for (; names != null; names = names.others) {
      if (names.name.length() > name.length() && names.name.startsWith(name)) {
        next.set(names.name.charAt(name.length()));
      }
    }
    return next;
  }

  private boolean isNameThatCame(String wanted) {
    Names names = top == null ? null : top.names;
    for (; names != null; names = names.others) {
      if (names.name.equals(wanted)) {
        return true;
      }
    }
    return false;
  }
}
