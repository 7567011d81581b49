package puna.json;

/// A JSON string that is read character by character, from behind its opening quote.
final class OpenString {
  private static final String ESCAPED = "\"\\/bfnrt";
  private static final String MEANT = "\"\\/\b\f\n\r\t";
  private static final int HEX_DIGITS = 4;

  private final StringBuilder chars = new StringBuilder();
  private Place place = Place.PLAIN;
  private int digits; // of a \\u
  private int unit;

  private enum Place {
    PLAIN,
    ESCAPE,
    HEX,
    END
  }

  /// Takes the next character; false when no string goes on like that.
  boolean append(char c) {
    return switch (place) {
      case PLAIN -> plain(c);
      case ESCAPE -> escape(c);
      case HEX -> hex(c);
      case END -> false;
    };
  }

  boolean isEnded() {
    return place == Place.END;
  }

  /// What is certain of it: half a surrogate pair waits for the other.
  String known() {
    return chars.substring(0, knownLength());
  }

  int knownLength() {
    int length = chars.length();
    boolean waits = length > 0 && Character.isHighSurrogate(chars.charAt(length - 1));
    return waits && !isEnded() ? length - 1 : length;
  }

  private boolean plain(char c) {
    switch (c) {
      case '"' -> place = Place.END;
      case '\\' -> place = Place.ESCAPE;
      default -> chars.append(c);
    }
    return c >= ' ';
  }

  private boolean escape(char c) {
    if (c == 'u') {
      place = Place.HEX;
      digits = 0;
      unit = 0;
      return true;
    }
    int known = ESCAPED.indexOf(c);
    if (known < 0) {
      return false;
    }
    chars.append(MEANT.charAt(known));
    place = Place.PLAIN;
    return true;
  }

  private boolean hex(char c) {
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    unit = unit * 16 + digit;
    digits++;
    if (digits == HEX_DIGITS) {
      chars.append((char) unit);
      place = Place.PLAIN;
    }
    return digit >= 0;
  }
}
