package puna.chat.template.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Python's `format % values`.
public final class PercentFormat {
  private final Text format;
  private final String chars;
  private final Value values;

  /// What the fields without names take, in their order.
  private Deque<Value> row;

  private int at;

  private PercentFormat(Text format, Value values) {
    this.format = format;
    this.chars = format.toString();
    this.values = values;
    this.row =
        values instanceof Sequence sequence && sequence.isTuple()
            ? new ArrayDeque<>(sequence.items())
            : new ArrayDeque<>(List.of(values));
  }

  /// @param values a tuple of values, a dict of named ones, or one value
  /// @throws TemplateException when values and fields do not fit
  public static Text format(Text format, Value values) {
    return new PercentFormat(format, values).format().with(format.escaping());
  }

  private Text format() {
    TextBuilder out = new TextBuilder();
    for (int found = chars.indexOf('%'); found >= 0; found = chars.indexOf('%', at)) {
      out.append(format.slice(at, found));
      at = found + 1;
      if (at < chars.length() && chars.charAt(at) == '%') {
        out.append(format.slice(at, ++at));
      } else {
        out.append(field());
      }
    }
    boolean isIndexable =
        values instanceof Dict
            || values instanceof Value.Undefined
            || values instanceof Bytes
            || values instanceof Sequence given && given.isIndexable() && !given.isTuple();
    if (!row.isEmpty() && !isIndexable) {
      throw new TemplateException("not all arguments converted during string formatting");
    }
    return out.append(format.slice(at, chars.length())).build();
  }

  /// A field but for its letter.
  ///
  /// @param width 0 for none
  /// @param precision -1 for none
  private record Layout(String flags, int width, int precision) {
    boolean has(char flag) {
      return flags.indexOf(flag) >= 0;
    }
  }

  private Text field() {
    if (current() == '(') {
      row = new ArrayDeque<>(List.of(named(key())));
    }
    int start = at;
    while ("-+ #0".indexOf(current()) >= 0) {
      at++;
    }
    String flags = chars.substring(start, at);
    int width = size();
    int precision = -1;
    if (current() == '.') {
      at++;
      precision = Math.max(0, size());
    }
    if ("hlL".indexOf(current()) >= 0) {
      at++;
    }
    char conversion = current();
    at++;
    Layout layout =
        new Layout(width < 0 ? flags + "-" : flags, checked(Math.abs(width)), checked(precision));
    return aligned(converted(next(), conversion, layout), conversion, layout);
  }

  private char current() {
    if (at >= chars.length()) {
      throw new TemplateException("incomplete format");
    }
    return chars.charAt(at);
  }

  private String key() {
    int start = ++at;
    for (int open = 1; open > 0; at++) {
      if (at >= chars.length()) {
        throw new TemplateException("incomplete format key");
      }
      open += chars.charAt(at) == '(' ? 1 : chars.charAt(at) == ')' ? -1 : 0;
    }
    return chars.substring(start, at - 1);
  }

  private Value named(String name) {
    Types.requireDefined(values);
    if (!(values instanceof Dict dict)) {
      throw new TemplateException("format requires a mapping");
    }
    return dict.get(name)
        .orElseThrow(() -> new TemplateException("the format has no value for '" + name + "'"));
  }

  private int size() {
    if (current() == '*') {
      at++;
      return Types.smallInteger(next());
    }
    int size = 0;
    while (current() >= '0' && current() <= '9') {
      size = Math.min(FormatSpec.MAX_WIDTH + 1, size * 10 + current() - '0');
      at++;
    }
    return size;
  }

  private static int checked(int size) {
    if (size > FormatSpec.MAX_WIDTH) {
      throw new TemplateException("a width or precision must be 0 to " + FormatSpec.MAX_WIDTH);
    }
    return size;
  }

  private Value next() {
    if (row.isEmpty()) {
      throw new TemplateException("not enough arguments for format string");
    }
    return row.remove();
  }

  /// Fills up to the width, with zeros behind a number's sign and prefix.
  private static Text aligned(Text body, char conversion, Layout layout) {
    int missing = Math.max(0, layout.width() - body.codePointCount());
    if (layout.has('-')) {
      return body.plus(Text.template(" ".repeat(missing)));
    }
    if (layout.has('0') && "diufFeEgGxXo".indexOf(conversion) >= 0) {
      int sign = !body.isEmpty() && "+- ".indexOf(body.toString().charAt(0)) >= 0 ? 1 : 0;
      int lead = sign + (layout.has('#') && "xXo".indexOf(conversion) >= 0 ? 2 : 0);
      return body.slice(0, lead)
          .plus(Text.template("0".repeat(missing)))
          .plus(body.slice(lead, body.length()));
    }
    return Text.template(" ".repeat(missing)).plus(body);
  }

  private Text converted(Value value, char conversion, Layout layout) {
    return switch (conversion) {
      case 's' -> cut(escaped(value, Printing.string(value)), layout.precision());
      case 'r' -> cut(escaped(Value.None.NONE, Printing.repr(value)), layout.precision());
      case 'a' -> cut(escaped(Value.None.NONE, Printing.ascii(value)), layout.precision());
      case 'c' -> character(value);
      case 'd', 'i', 'u' -> number(whole(value), 10, conversion, layout);
      case 'x', 'X' -> number(integer(value), 16, conversion, layout);
      case 'o' -> number(integer(value), 8, conversion, layout);
      case 'f', 'F', 'e', 'E', 'g', 'G' -> real(value, conversion, layout);
      default -> throw new TemplateException("unsupported format character '" + conversion + "'");
    };
  }

  /// In an HTML format the values are escaped that are none.
  private Text escaped(Value value, Text text) {
    boolean isHtml = !format.isSafe() || value instanceof Text given && given.isSafe();
    return isHtml ? text : Html.escape(text).with(Text.Escaping.NONE);
  }

  private static Text cut(Text text, int precision) {
    return precision >= 0 && precision < text.codePointCount()
        ? text.slice(0, text.offset(precision))
        : text;
  }

  /// Always data: a number out of the conversation could be any character.
  private Text character(Value value) {
    if (format.isSafe()) {
      throw new TemplateException("a character field wants an int or char, and HTML has neither");
    }
    if (value instanceof Text text && text.codePointCount() == 1) {
      return text;
    }
    boolean isWhole = value instanceof Value.Int || value instanceof Value.Bool;
    int point = isWhole ? Types.smallInteger(value) : -1;
    if (!Character.isValidCodePoint(point)) {
      throw new TemplateException("a character field wants an int or one character");
    }
    return Text.data(Character.toString(point));
  }

  private static BigInteger whole(Value value) {
    return switch (value) {
      case Value.Int _, Value.Bool _ -> Types.integer(value);
      case Value.Real(double number) when Double.isFinite(number) ->
          new BigDecimal(number).toBigInteger();
      default -> throw notNumber(value);
    };
  }

  private static BigInteger integer(Value value) {
    if (!(value instanceof Value.Int || value instanceof Value.Bool)) {
      throw notNumber(value);
    }
    return Types.integer(value);
  }

  private static TemplateException notNumber(Value value) {
    return new TemplateException("a real number is required, not " + Types.name(value));
  }

  private static Text number(BigInteger value, int radix, char conversion, Layout layout) {
    String digits = radix == 10 ? Printing.integer(value.abs()) : value.abs().toString(radix);
    String prefix = !layout.has('#') || radix == 10 ? "" : radix == 8 ? "0o" : "0x";
    String zeros = "0".repeat(Math.max(0, layout.precision() - digits.length()));
    String number = prefix + zeros + digits;
    return signed(
        value.signum() < 0, conversion == 'X' ? number.toUpperCase(Locale.ROOT) : number, layout);
  }

  private static Text real(Value value, char conversion, Layout layout) {
    if (!Types.isNumber(value)) {
      throw notNumber(value);
    }
    double number = Arithmetic.toDouble(value);
    Set<RealText.Option> options = layout.has('#') ? Set.of(RealText.Option.ALTERNATE) : Set.of();
    char code = Character.toLowerCase(conversion);
    int precision = layout.precision() < 0 ? 6 : layout.precision();
    String magnitude = new RealText(code, precision, options).magnitude(number);
    return signed(
        RealText.isNegative(number),
        code == conversion ? magnitude : magnitude.toUpperCase(Locale.ROOT),
        layout);
  }

  private static Text signed(boolean isNegative, String magnitude, Layout layout) {
    String sign = isNegative ? "-" : layout.has('+') ? "+" : layout.has(' ') ? " " : "";
    return Text.template(sign + magnitude);
  }
}
