package puna.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;

/// Python's `str` and `repr` of values.
final class Printing {
  private static final int MAX_DIGITS = 4300;
  private static final BigInteger MAX_PRINTED = BigInteger.TEN.pow(MAX_DIGITS);

  private Printing() {}

  /// `str(value)`.
  static Text string(Value value) {
    return switch (value) {
      case Text text -> text.with(Text.Escaping.NONE);
      case Value.Undefined _ -> Text.EMPTY;
      case Value.Int number -> Text.template(integer(number.value()));
      case Value.None _, Value.Bool _, Value.Real _, Sequence _, Dict _ -> repr(value);
      case Value.Stream _, Namespace _, Member _ -> repr(value);
    };
  }

  /// `repr(value)`.
  static Text repr(Value value) {
    TextBuilder out = new TextBuilder();
    repr(value, out);
    return out.build();
  }

  private static void repr(Value value, TextBuilder out) {
    switch (value) {
      case Text text -> quote(text, out);
      case Value.Undefined _ -> out.template("Undefined");
      case Value.None _ -> out.template("None");
      case Value.Bool bool -> out.template(bool.value() ? "True" : "False");
      case Value.Int number -> out.template(integer(number.value()));
      case Value.Real real -> out.template(real(real.value()));
      case Sequence sequence -> repr(sequence, out);
      case Dict dict -> repr(dict, out);
      case Value.Stream _ -> out.template("<generator>");
      case Namespace _ -> out.template("<Namespace>");
      case Member member -> out.template(member.description());
    }
  }

  private static void repr(Sequence sequence, TextBuilder out) {
    switch (sequence.kind()) {
      case LIST -> elements(sequence, "[", "]", out);
      case TUPLE -> elements(sequence, "(", sequence.items().size() == 1 ? ",)" : ")", out);
      case DICT_KEYS -> elements(sequence, "dict_keys([", "])", out);
      case DICT_VALUES -> elements(sequence, "dict_values([", "])", out);
      case DICT_ITEMS -> elements(sequence, "dict_items([", "])", out);
      case RANGE -> out.template(Ranges.describe(sequence));
    }
  }

  private static void elements(Sequence sequence, String open, String close, TextBuilder out) {
    out.template(open);
    for (Iterator<Value> items = sequence.items().iterator(); items.hasNext(); ) {
      repr(items.next(), out);
      out.template(items.hasNext() ? ", " : "");
    }
    out.template(close);
  }

  private static void repr(Dict dict, TextBuilder out) {
    String separator = "{";
    for (Dict.Entry entry : dict.entries()) {
      out.template(separator);
      repr(entry.key(), out);
      out.template(": ");
      repr(entry.value(), out);
      separator = ", ";
    }
    out.template(dict.size() == 0 ? "{}" : "}");
  }

  private static void quote(Text text, TextBuilder out) {
    String chars = text.toString();
    char mark = chars.indexOf('\'') >= 0 && chars.indexOf('"') < 0 ? '"' : '\'';
    out.template(text.isSafe() ? "Markup(" : "").template(String.valueOf(mark));
    int clean = 0;
    for (int at = 0; at < chars.length(); ) {
      int point = chars.codePointAt(at);
      int next = at + Character.charCount(point);
      if (point == mark || point == '\\' || !isPrintable(point)) {
        Text one = text.slice(at, next);
        out.append(text.slice(clean, at).with(Text.Escaping.NONE)).like(one, escape(point));
        clean = next;
      }
      at = next;
    }
    out.append(text.slice(clean, chars.length()))
        .template(String.valueOf(mark))
        .template(text.isSafe() ? ")" : "");
  }

  private static String escape(int point) {
    return switch (point) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\', '\'', '"' -> "\\" + (char) point;
      default -> {
        if (point <= 0xFF) {
          yield "\\x%02x".formatted(point);
        }
        yield (point <= 0xFFFF ? "\\u%04x" : "\\U%08x").formatted(point);
      }
    };
  }

  static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }

  /// @throws TemplateException beyond 4300 digits, Python's own limit
  static String integer(BigInteger value) {
    if (value.abs().compareTo(MAX_PRINTED) >= 0) {
      throw new TemplateException("an integer may have at most " + MAX_DIGITS + " digits");
    }
    return value.toString();
  }

  /// The shortest digits that read back as the same number, with an exponent below 1e-4 and from
  /// 1e16 on.
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    String sign = 1 / value < 0 || value < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
    }
    String digits = shortest.unscaledValue().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return "%s%se%s%02d".formatted(sign, mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
