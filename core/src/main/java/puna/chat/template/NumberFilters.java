package puna.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import puna.chat.template.Filters.Filter;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Arithmetic;
import puna.chat.template.python.Bytes;
import puna.chat.template.python.RealText;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Trimming;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The filters that make numbers.
final class NumberFilters {
  private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d+(_\\d+)*");
  private static final Pattern REAL =
      Pattern.compile(
          "[+-]?(\\d+(_\\d+)*\\.?(\\d+(_\\d+)*)?|\\.\\d+(_\\d+)*)([eE][+-]?\\d+(_\\d+)*)?");
  private static final String[] SIZES = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};

  private NumberFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put("int", NumberFilters::integer);
    all.put("float", NumberFilters::real);
    all.put("abs", NumberFilters::absolute);
    all.put("round", NumberFilters::round);
    all.put("count", NumberFilters::length);
    all.put("length", NumberFilters::length);
    all.put("filesizeformat", NumberFilters::fileSize);
  }

  private static Value length(Value value, Arguments arguments) {
    arguments.bind("length");
    return Value.Int.of(Types.length(value));
  }

  private static Value integer(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("int", "default", "base");
    Types.requireDefined(value);
    Value fallback = bound.find(0).orElse(Value.Int.of(0));
    return switch (value) {
      case Value.Int _ -> value;
      case Value.Bool _ -> new Value.Int(Types.integer(value));
      case Value.Real(double number) -> {
        if (Double.isInfinite(number)) {
          throw new TemplateException("cannot convert float infinity to integer");
        }
        yield truncated(number).orElse(fallback);
      }
      case Text text -> {
        Optional<Value> whole = parse(text.toString(), base(bound.find(1)));
        yield whole.isPresent()
            ? whole.get()
            : parseReal(text.toString()).flatMap(NumberFilters::truncated).orElse(fallback);
      }
      case Bytes(Text units) ->
          parse(units.toString(), 10)
              .or(() -> parseReal(units.toString()).flatMap(NumberFilters::truncated))
              .orElse(fallback);
      default -> fallback;
    };
  }

  /// The base of a number, 1 for what cannot be one.
  private static int base(Optional<Value> given) {
    Value base = given.orElse(Value.Int.of(10));
    return base instanceof Value.Int || base instanceof Value.Bool ? Types.smallInteger(base) : 1;
  }

  private static Optional<Value> truncated(double number) {
    return Double.isFinite(number)
        ? Optional.of(new Value.Int(new BigDecimal(number).toBigInteger()))
        : Optional.empty();
  }

  /// A number as it is written, with the digits 0 to 9 for those of every script.
  private static String ascii(String text) {
    // as CPython, which asks Unicode for white space only where there is more than ASCII
    IntPredicate isSpace =
        text.chars().allMatch(c -> c < 0x80)
            ? point -> " \t\n\u000B\f\r".indexOf(point) >= 0
            : Trimming::isSpace;
    String bare = Trimming.strip(Text.template(text), isSpace, Trimming.Side.BOTH).toString();
    StringBuilder out = new StringBuilder(bare.length());
    bare.codePoints()
        .forEach(point -> {
          boolean isDigit = Character.getType(point) == Character.DECIMAL_DIGIT_NUMBER;
          out.appendCodePoint(isDigit ? '0' + Character.digit(point, 10) : point);
        });
    return out.toString();
  }

  private static Optional<Value> parse(String text, int base) {
    String digits = ascii(text);
    if (base != 10) {
      return parseInBase(digits.toLowerCase(java.util.Locale.ROOT), base);
    }
    return DECIMAL.matcher(digits).matches() && digits.length() <= 4300
        ? Optional.of(new Value.Int(new BigInteger(digits.replace("_", ""))))
        : Optional.empty();
  }

  private static Optional<Value> parseInBase(String digits, int base) {
    boolean isNegative = digits.startsWith("-");
    String unsigned = isNegative || digits.startsWith("+") ? digits.substring(1) : digits;
    String prefix = unsigned.length() > 2 ? unsigned.substring(0, 2) : "";
    int named =
        switch (prefix) {
          case "0x" -> 16;
          case "0o" -> 8;
          case "0b" -> 2;
          default -> 0;
        };
    int radix = base != 0 ? base : named == 0 ? 10 : named;
    boolean isPrefixed = named == radix && named != 0;
    String written = isPrefixed ? unsigned.substring(2) : unsigned;
    // one underscore may stand between digits, and behind a prefix
    String body = isPrefixed && written.startsWith("_") ? written.substring(1) : written;
    boolean isGrouped = !body.startsWith("_") && !body.endsWith("_") && !body.contains("__");
    body = body.replace("_", "");
    boolean isZero = body.chars().allMatch(c -> c == '0');
    boolean isValid =
        radix >= 2
            && radix <= 36
            && isGrouped
            && !(base == 0 && named == 0 && body.startsWith("0") && !isZero)
            && !body.isEmpty()
            && body.length() <= 4300
            && body.chars().allMatch(c -> c < 0x80 && Character.digit(c, radix) >= 0);
    if (!isValid) {
      return Optional.empty();
    }
    BigInteger value = new BigInteger(body, radix);
    return Optional.of(new Value.Int(isNegative ? value.negate() : value));
  }

  private static Optional<Double> parseReal(String text) {
    String digits = ascii(text);
    if (REAL.matcher(digits).matches()) {
      return Optional.of(Double.parseDouble(digits.replace("_", "")));
    }
    String lower = digits.toLowerCase(java.util.Locale.ROOT);
    return switch (lower) {
      case "inf", "+inf", "infinity", "+infinity" -> Optional.of(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> Optional.of(Double.NEGATIVE_INFINITY);
      case "nan", "+nan", "-nan" -> Optional.of(Double.NaN);
      default -> Optional.empty();
    };
  }

  private static Value real(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("float", "default");
    Types.requireDefined(value);
    Value fallback = bound.find(0).orElse(new Value.Real(0));
    return switch (value) {
      case Value.Real _ -> value;
      case Value.Int _, Value.Bool _ -> new Value.Real(Arithmetic.toDouble(value));
      case Text text -> parseReal(text.toString()).<Value>map(Value.Real::new).orElse(fallback);
      case Bytes(Text units) ->
          parseReal(units.toString()).<Value>map(Value.Real::new).orElse(fallback);
      default -> fallback;
    };
  }

  private static Value absolute(Value value, Arguments arguments) {
    arguments.bind("abs");
    Types.requireDefined(value);
    return switch (value) {
      case Value.Real(double number) -> new Value.Real(Math.abs(number));
      default -> new Value.Int(Types.integer(value).abs());
    };
  }

  private static Value round(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("round", "precision", "method");
    boolean isWhole = bound.find(0).filter(given -> given == Value.None.NONE).isPresent();
    int precision = isWhole ? 0 : Math.clamp(bound.integer(0, 0), -400, 400);
    String method = bound.text(1, "common").toString();
    Types.requireDefined(value);
    if (!Types.isNumber(value)) {
      throw new TemplateException("round wants a number, found " + Types.name(value));
    }
    if (isWhole) {
      if (!method.equals("common")) {
        throw new TemplateException("round: the precision must be a number");
      }
      return truncatedOrFail(roundHalfEven(value, 0));
    }
    return switch (method) {
      case "common" -> roundHalfEven(value, precision);
      case "ceil" -> scaled(value, precision, RoundingMode.CEILING);
      case "floor" -> scaled(value, precision, RoundingMode.FLOOR);
      default -> throw new TemplateException("round: method must be common, ceil or floor");
    };
  }

  private static Value truncatedOrFail(Value value) {
    return value instanceof Value.Real(double number)
        ? truncated(number)
            .orElseThrow(() -> new TemplateException("cannot convert float NaN to integer"))
        : value;
  }

  private static Value roundHalfEven(Value value, int precision) {
    if (value instanceof Value.Real(double number)) {
      if (!Double.isFinite(number)) {
        return value;
      }
      double rounded =
          new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).doubleValue();
      return new Value.Real(Math.copySign(rounded, number));
    }
    BigInteger whole = Types.integer(value);
    return new Value.Int(
        precision >= 0
            ? whole
            : new BigDecimal(whole).setScale(precision, RoundingMode.HALF_EVEN).toBigInteger());
  }

  /// `ceil(value * 10**precision) / 10**precision`, in floats as Python computes it.
  private static Value scaled(Value value, int precision, RoundingMode mode) {
    Value scale =
        Arithmetic.apply(Arithmetic.Operator.POWER, Value.Int.of(10), Value.Int.of(precision));
    Value product = Arithmetic.apply(Arithmetic.Operator.MULTIPLY, value, scale);
    if (product instanceof Value.Real(double number)) {
      if (!Double.isFinite(number)) {
        throw new TemplateException("cannot convert an infinite or undefined float to integer");
      }
      product = new Value.Int(new BigDecimal(number).setScale(0, mode).toBigInteger());
    }
    return Arithmetic.apply(Arithmetic.Operator.DIVIDE, product, scale);
  }

  private static Value fileSize(Value value, Arguments arguments) {
    boolean isBinary = arguments.bind("filesizeformat", "binary").isTrue(0);
    double bytes =
        value instanceof Text text
            ? parseReal(text.toString())
                .orElseThrow(() -> new TemplateException("could not convert string to float"))
            : Arithmetic.toDouble(value);
    double base = isBinary ? 1024 : 1000;
    if (bytes == 1) {
      return Text.template("1 Byte");
    }
    if (bytes < base) {
      return Text.template((long) bytes + " Bytes");
    }
    double unit = base;
    String name = "";
    for (String size : SIZES) {
      name = isBinary ? size.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + "iB" : size;
      unit *= base;
      if (bytes < unit) {
        break;
      }
    }
    RealText oneDigit = new RealText('f', 1, Set.of());
    return Text.template(oneDigit.signed(base * bytes / unit) + " " + name);
  }
}
