package puna.chat.tools;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;

/// A number, a constant's name or the prefix of a string, as it is read.
final class LiteralWord {
  private static final Map<String, JsonValue> CONSTANTS =
      Map.of(
          "True", JsonBoolean.TRUE,
          "true", JsonBoolean.TRUE,
          "False", JsonBoolean.FALSE,
          "false", JsonBoolean.FALSE,
          "None", JsonNull.NULL,
          "null", JsonNull.NULL);

  private final StringBuilder word = new StringBuilder();

  /// What a word stands for; null when it is none.
  static @Nullable JsonValue value(String word) {
    JsonValue constant = CONSTANTS.get(word);
    if (constant != null) {
      return constant;
    }
    String number = NumberText.toJson(word);
    return number == null ? null : new JsonNumber(number);
  }

  boolean isEmpty() {
    return word.isEmpty();
  }

  /// Takes the next character; false when no word goes on like that.
  boolean append(char c) {
    word.append(c);
    String begun = word.toString();
    return begun.length() <= NumberText.MAX_LENGTH
        && (isNumberBegun()
            || isPrefix()
            || CONSTANTS.keySet().stream().anyMatch(known -> known.startsWith(begun)));
  }

  /// The whole word; the next one begins.
  String take() {
    String taken = word.toString();
    word.setLength(0);
    return taken;
  }

  /// Whether a character belongs to the word that has begun.
  boolean isPart(char c) {
    if (c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '.')) {
      return true;
    }
    char last = word.charAt(word.length() - 1);
    boolean exponent = (last == 'e' || last == 'E') && isNumberBegun() && !isRadix();
    return exponent && (c == '+' || c == '-');
  }

  boolean isPrefix() {
    return word.length() == 1 && isPrefixLetter(word.charAt(0));
  }

  static boolean isPrefixLetter(char c) {
    return c == 'r' || c == 'R' || c == 'u' || c == 'U';
  }

  private boolean isNumberBegun() {
    char first = word.charAt(0);
    return first == '.' || (first >= '0' && first <= '9');
  }

  private boolean isRadix() {
    return word.length() > 1 && word.charAt(0) == '0' && "xXoObB".indexOf(word.charAt(1)) >= 0;
  }
}
