package puna.chat.template.python;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Python's `str` and `repr` of values.
public final class Printing {
  private static final int MAX_DIGITS = 4300;
  private static final BigInteger MAX_PRINTED = BigInteger.TEN.pow(MAX_DIGITS);
  private static final RealText SHORTEST = new RealText('r', 0, Set.of(RealText.Option.DOT_ZERO));

  private Printing() {}

  /// `str(value)`.
  public static Text string(Value value) {
    return switch (value) {
      case Text text -> text.with(Text.Escaping.NONE);
      case Value.Undefined _ -> Text.EMPTY;
      case Value.Int number -> Text.template(integer(number.value()));
      case Value.None _, Value.Bool _, Value.Real _, Bytes _ -> repr(value);
      case Sequence _, Dict _ -> repr(value);
      case Value.Stream _, Namespace _, Member _ -> repr(value);
    };
  }

  /// `repr(value)`.
  public static Text repr(Value value) {
    TextBuilder out = new TextBuilder();
    repr(value, out);
    return out.build();
  }

  /// `ascii(value)`: what `repr` says, with everything beyond ASCII escaped.
  public static Text ascii(Value value) {
    Text printed = repr(value);
    String chars = printed.toString();
    TextBuilder out = new TextBuilder();
    int clean = 0;
    for (int at = 0; at < chars.length(); ) {
      int point = chars.codePointAt(at);
      int next = at + Character.charCount(point);
      if (point >= 0x80) {
        out.append(printed.slice(clean, at)).like(printed.slice(at, next), escape(point));
        clean = next;
      }
      at = next;
    }
    return out.append(printed.slice(clean, chars.length())).build();
  }

  private static void repr(Value value, TextBuilder out) {
    out.enter();
    switch (value) {
      case Text text -> quote(text, out);
      case Value.Undefined _ -> out.template("Undefined");
      case Value.None _ -> out.template("None");
      case Value.Bool bool -> out.template(bool.value() ? "True" : "False");
      case Value.Int number -> out.template(integer(number.value()));
      case Value.Real real -> out.template(real(real.value()));
      case Bytes bytes -> bytes.repr(out);
      case Sequence sequence -> repr(sequence, out);
      case Dict dict -> repr(dict, out);
      case Value.Stream _ -> out.template("<generator>");
      case Namespace namespace -> {
        out.template("<Namespace {");
        String separator = "";
        for (Map.Entry<String, Value> member : namespace.members().entrySet()) {
          out.template(separator);
          quote(Text.data(member.getKey()), out);
          out.template(": ");
          repr(member.getValue(), out);
          separator = ", ";
        }
        out.template("}>");
      }
      case Member member -> out.template(member.description());
    }
    out.leave();
  }

  private static void repr(Sequence sequence, TextBuilder out) {
    switch (sequence.kind()) {
      case LIST -> elements(sequence, "[", "]", out);
      case TUPLE, GROUP -> elements(sequence, "(", sequence.items().size() == 1 ? ",)" : ")", out);
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

  /// A character as a string literal of Python writes it that it cannot hold.
  static String escape(int point) {
    return switch (point) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\', '\'', '"' -> "\\" + (char) point;
      default -> {
        if (point <= 0xFF) {
          yield String.format(Locale.ROOT, "\\x%02x", point);
        }
        yield String.format(Locale.ROOT, point <= 0xFFFF ? "\\u%04x" : "\\U%08x", point);
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
    return SHORTEST.signed(value);
  }
}
