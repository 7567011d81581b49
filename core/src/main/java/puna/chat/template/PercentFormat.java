package puna.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Python's `format % values`.
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile(
          "%(?:\\(([^()]*)\\))?([-+ #0]*)(\\*|\\d+)?(?:\\.(\\*|\\d*))?[hlL]?(.)", Pattern.DOTALL);
  private static final int MAX_WIDTH = 10_000;

  private final Value values;
  private final Iterator<Value> row;

  private PercentFormat(Value values) {
    this.values = values;
    this.row =
        values instanceof Sequence sequence && sequence.kind() == Sequence.Kind.TUPLE
            ? sequence.items().iterator()
            : List.of(values).iterator();
  }

  /// @param values a tuple of values, a dict of named ones, or one value
  /// @throws TemplateException when values and fields do not fit
  static Text format(Text format, Value values) {
    return new PercentFormat(values).format(format).with(format.escaping());
  }

  private Text format(Text format) {
    TextBuilder out = new TextBuilder();
    String chars = format.toString();
    int at = 0;
    boolean isNamed = false;
    Matcher field = FIELD.matcher(chars);
    for (int found = chars.indexOf('%'); found >= 0; found = chars.indexOf('%', at)) {
      out.append(format.slice(at, found));
      if (!field.region(found, chars.length()).lookingAt()) {
        throw new TemplateException("incomplete format");
      }
      isNamed |= field.group(1) != null;
      if (field.group(5).equals("%")) {
        out.template("%");
      } else {
        out.append(field(field));
      }
      at = field.end();
    }
    boolean isIndexable =
        values instanceof Dict
            || values instanceof Sequence given && given.kind() != Sequence.Kind.TUPLE;
    if (!isNamed && row.hasNext() && !isIndexable) {
      throw new TemplateException("not all arguments converted during string formatting");
    }
    return out.append(format.slice(at, chars.length())).build();
  }

  private Text field(Matcher field) {
    String flags = field.group(2);
    int width = size(field.group(3), 0);
    int precision = field.group(4) == null ? -1 : size(field.group(4), 0);
    Value value = field.group(1) == null ? next() : named(field.group(1));
    Text body = convert(value, field.group(5).charAt(0), flags, precision);
    boolean isNumber = "diufFeEgGxXo".indexOf(field.group(5).charAt(0)) >= 0;
    int missing = Math.max(0, width - body.codePointCount());
    if (flags.contains("-")) {
      return body.plus(Text.template(" ".repeat(missing)));
    }
    if (flags.contains("0") && isNumber) {
      int sign = !body.isEmpty() && "+- ".indexOf(body.toString().charAt(0)) >= 0 ? 1 : 0;
      return body.slice(0, sign)
          .plus(Text.template("0".repeat(missing)))
          .plus(body.slice(sign, body.length()));
    }
    return Text.template(" ".repeat(missing)).plus(body);
  }

  private int size(@org.jspecify.annotations.Nullable String written, int fallback) {
    if (written == null || written.isEmpty()) {
      return fallback;
    }
    int size =
        written.equals("*")
            ? Types.smallInteger(next())
            : written.length() > 6 ? MAX_WIDTH + 1 : Integer.parseInt(written);
    if (size < 0 || size > MAX_WIDTH) {
      throw new TemplateException("a width or precision must be 0 to " + MAX_WIDTH);
    }
    return size;
  }

  private Value next() {
    if (!row.hasNext()) {
      throw new TemplateException("not enough arguments for format string");
    }
    return row.next();
  }

  private Value named(String name) {
    if (!(values instanceof Dict dict)) {
      throw new TemplateException("format requires a mapping");
    }
    return dict.get(name)
        .orElseThrow(() -> new TemplateException("the format has no value for '" + name + "'"));
  }

  private static Text convert(Value value, char conversion, String flags, int precision) {
    return switch (conversion) {
      case 's' -> cut(Printing.string(value), precision);
      case 'r', 'a' -> cut(Printing.repr(value), precision);
      case 'c' -> character(value);
      case 'd', 'i', 'u' -> Text.template(signed(zeros(whole(value).toString(), precision), flags));
      case 'x' -> Text.template(signed(radix(value, 16, "0x", flags), flags));
      case 'X' ->
          Text.template(signed(radix(value, 16, "0x", flags).toUpperCase(Locale.ROOT), flags));
      case 'o' -> Text.template(signed(radix(value, 8, "0o", flags), flags));
      case 'f', 'F' -> Text.template(signed(fixed(real(value), precision), flags));
      case 'e' -> Text.template(signed(scientific(real(value), precision), flags));
      case 'E' ->
          Text.template(signed(scientific(real(value), precision).toUpperCase(Locale.ROOT), flags));
      case 'g' -> Text.template(signed(general(real(value), precision), flags));
      case 'G' ->
          Text.template(signed(general(real(value), precision).toUpperCase(Locale.ROOT), flags));
      default -> throw new TemplateException("unsupported format character '" + conversion + "'");
    };
  }

  private static Text cut(Text text, int precision) {
    return precision >= 0 && precision < text.codePointCount()
        ? text.slice(0, text.offset(precision))
        : text;
  }

  /// Always data: a number out of the conversation could be any character.
  private static Text character(Value value) {
    if (value instanceof Text text && text.codePointCount() == 1) {
      return text;
    }
    int point = value instanceof Value.Int ? Types.smallInteger(value) : -1;
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

  private static double real(Value value) {
    if (!Types.isNumber(value)) {
      throw notNumber(value);
    }
    return Arithmetic.toDouble(value);
  }

  private static TemplateException notNumber(Value value) {
    return new TemplateException("a real number is required, not " + Types.name(value));
  }

  private static String zeros(String digits, int precision) {
    boolean isNegative = digits.startsWith("-");
    String bare = isNegative ? digits.substring(1) : digits;
    return (isNegative ? "-" : "") + "0".repeat(Math.max(0, precision - bare.length())) + bare;
  }

  private static String radix(Value value, int radix, String prefix, String flags) {
    if (!(value instanceof Value.Int || value instanceof Value.Bool)) {
      throw notNumber(value);
    }
    BigInteger whole = Types.integer(value);
    return (whole.signum() < 0 ? "-" : "")
        + (flags.contains("#") ? prefix : "")
        + whole.abs().toString(radix);
  }

  private static String signed(String number, String flags) {
    if (number.startsWith("-")) {
      return number;
    }
    return (flags.contains("+") ? "+" : flags.contains(" ") ? " " : "") + number;
  }

  static String fixed(double value, int precision) {
    if (!Double.isFinite(value)) {
      return Printing.real(value);
    }
    String digits =
        new BigDecimal(Math.abs(value))
            .setScale(precision < 0 ? 6 : precision, RoundingMode.HALF_EVEN)
            .toPlainString();
    return isNegative(value) ? "-" + digits : digits;
  }

  private static String scientific(double value, int precision) {
    if (!Double.isFinite(value)) {
      return Printing.real(value);
    }
    int places = precision < 0 ? 6 : precision;
    BigDecimal rounded =
        new BigDecimal(Math.abs(value))
            .round(new java.math.MathContext(places + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int exponent = value == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    digits = digits + "0".repeat(Math.max(0, places + 1 - digits.length()));
    String mantissa = digits.charAt(0) + (places > 0 ? "." + digits.substring(1, places + 1) : "");
    return "%s%se%s%02d"
        .formatted(
            isNegative(value) ? "-" : "", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  private static String general(double value, int precision) {
    if (!Double.isFinite(value)) {
      return Printing.real(value);
    }
    int significant = precision < 0 ? 6 : Math.max(1, precision);
    String scientific = scientific(value, significant - 1);
    int mark = scientific.indexOf('e');
    int exponent = Integer.parseInt(scientific.substring(mark + 1));
    if (exponent < -4 || exponent >= significant) {
      return withoutZeros(scientific.substring(0, mark)) + scientific.substring(mark);
    }
    return withoutZeros(fixed(value, significant - 1 - exponent));
  }

  private static String withoutZeros(String digits) {
    if (digits.indexOf('.') < 0) {
      return digits;
    }
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, digits.charAt(end - 1) == '.' ? end - 1 : end);
  }

  private static boolean isNegative(double value) {
    return value < 0 || 1 / value < 0;
  }
}
