package puna.chat.template.python;

import java.util.ArrayList;
import java.util.List;

/// Python's `bytes`, which `str.encode` gives.
///
/// @param units a text whose characters are the bytes, each below 256, with their origin
public record Bytes(Text units) implements Value {

  public int size() {
    return units.length();
  }

  /// The bytes as whole numbers.
  List<Value> numbers() {
    List<Value> numbers = new ArrayList<>(size());
    units.toString().chars().forEach(unit -> numbers.add(Int.of(unit)));
    return numbers;
  }

  /// How it prints: `b'…'`.
  void repr(TextBuilder out) {
    String chars = units.toString();
    char mark = chars.indexOf('\'') >= 0 && chars.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder printed = new StringBuilder("b").append(mark);
    for (int at = 0; at < chars.length(); at++) {
      char unit = chars.charAt(at);
      boolean isPlain = unit >= ' ' && unit < 0x7F && unit != mark && unit != '\\';
      printed.append(isPlain ? String.valueOf(unit) : escape(unit));
    }
    out.like(units, printed.append(mark).toString());
  }

  private static String escape(char unit) {
    return switch (unit) {
      case '\t' -> "\\t";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\\', '\'', '"' -> "\\" + unit;
      default -> "\\x" + hex(unit);
    };
  }

  private static String hex(char unit) {
    return "" + Character.forDigit(unit >> 4, 16) + Character.forDigit(unit & 15, 16);
  }

  /// `bytes.hex()`.
  Text hex() {
    StringBuilder out = new StringBuilder();
    units.toString().chars().forEach(unit -> out.append(hex((char) unit)));
    return units.derive(out.toString());
  }

  /// Whether a byte or a row of bytes is in it.
  boolean contains(Value item) {
    if (item instanceof Bytes(Text part)) {
      return units.toString().contains(part.toString());
    }
    int unit = Types.smallInteger(item);
    if (unit < 0 || unit > 255) {
      throw new TemplateException("byte must be in range(0, 256)");
    }
    return units.toString().indexOf(unit) >= 0;
  }
}
