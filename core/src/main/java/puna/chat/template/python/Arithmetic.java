package puna.chat.template.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/// Python's `+ - * / // % **` on numbers, texts and lists.
public final class Arithmetic {
  private static final int MAX_BITS = 1 << 15;

  private Arithmetic() {}

  /// The operators, as they are written.
  public enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    FLOOR_DIVIDE("//"),
    MODULO("%"),
    POWER("**");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }
  }

  public static Value apply(Operator operator, Value a, Value b) {
    Types.requireDefined(a);
    if (operator == Operator.MODULO && a instanceof Text format) {
      return PercentFormat.format(format, b);
    }
    Types.requireDefined(b);
    if (Types.isNumber(a) && Types.isNumber(b)) {
      return a instanceof Value.Real || b instanceof Value.Real
          ? reals(operator, toDouble(a), toDouble(b))
          : integers(operator, Types.integer(a), Types.integer(b));
    }
    if (operator == Operator.ADD) {
      return add(a, b);
    }
    if (operator == Operator.MULTIPLY && (a instanceof Value.Int || a instanceof Value.Bool)) {
      return repeat(operator, b, a);
    }
    if (operator == Operator.MULTIPLY) {
      return repeat(operator, a, b);
    }
    throw unsupported(operator, a, b);
  }

  private static Value add(Value a, Value b) {
    if (a instanceof Text first && b instanceof Text second) {
      return join(first, second);
    }
    if (a instanceof Sequence first
        && b instanceof Sequence second
        && first.plainKind() == second.plainKind()
        && first.isListOrTuple()) {
      List<Value> items = new ArrayList<>(first.items().size() + second.items().size());
      items.addAll(first.items());
      items.addAll(second.items());
      return Sequence.of(first.plainKind(), items);
    }
    if (a instanceof Bytes(Text first) && b instanceof Bytes(Text second)) {
      return new Bytes(first.plus(second));
    }
    throw unsupported(Operator.ADD, a, b);
  }

  /// Texts one after the other; what is added to HTML is escaped.
  static Text join(Text a, Text b) {
    if (a.isSafe() == b.isSafe()) {
      return a.plus(b);
    }
    Text first = a.isSafe() ? a : Html.escape(a);
    Text second = b.isSafe() ? b : Html.escape(b);
    return first.plus(second).with(Text.Escaping.SAFE);
  }

  private static Value repeat(Operator operator, Value value, Value times) {
    if (operator != Operator.MULTIPLY
        || !(times instanceof Value.Int || times instanceof Value.Bool)) {
      throw unsupported(operator, value, times);
    }
    int count = Math.max(0, Types.smallInteger(times));
    if (value instanceof Text text) {
      return repeat(text, count);
    }
    if (value instanceof Bytes(Text units)) {
      return new Bytes(repeat(units, count));
    }
    if (value instanceof Sequence sequence && sequence.isListOrTuple()) {
      if ((long) count * sequence.items().size() > Bulk.MAX_WEIGHT) {
        throw new TemplateException("a value may hold at most " + Bulk.MAX_WEIGHT + " values");
      }
      List<Value> items = new ArrayList<>();
      for (int i = 0; i < count && !sequence.items().isEmpty(); i++) {
        items.addAll(sequence.items());
      }
      return Sequence.of(sequence.plainKind(), items);
    }
    throw unsupported(operator, value, times);
  }

  public static Text repeat(Text text, int count) {
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < count && !text.isEmpty(); i++) {
      out.append(text);
    }
    return out.build().with(text.escaping());
  }

  private static Value integers(Operator operator, BigInteger a, BigInteger b) {
    if (b.signum() == 0
        && (operator == Operator.DIVIDE
            || operator == Operator.FLOOR_DIVIDE
            || operator == Operator.MODULO)) {
      throw new TemplateException("division by zero");
    }
    return switch (operator) {
      case ADD -> bounded(a.add(b));
      case SUBTRACT -> bounded(a.subtract(b));
      case MULTIPLY -> bounded(a.multiply(b));
      case DIVIDE -> divide(a, b);
      case FLOOR_DIVIDE -> bounded(floorDivide(a, b));
      case MODULO -> new Value.Int(a.subtract(floorDivide(a, b).multiply(b)));
      case POWER -> power(a, b);
    };
  }

  private static Value divide(BigInteger a, BigInteger b) {
    double x = a.doubleValue();
    double y = b.doubleValue();
    boolean isExact = a.bitLength() <= 53 && b.bitLength() <= 53;
    double quotient =
        isExact
            ? x / y
            // 800 digits decide how every quotient of two such integers rounds
            : new BigDecimal(a)
                .divide(new BigDecimal(b), new MathContext(800, RoundingMode.DOWN))
                .doubleValue();
    if (Double.isInfinite(quotient)) {
      throw new TemplateException("integer division result too large for a float");
    }
    return new Value.Real(quotient);
  }

  private static BigInteger floorDivide(BigInteger a, BigInteger b) {
    BigInteger[] parts = a.divideAndRemainder(b);
    return parts[1].signum() != 0 && parts[1].signum() != b.signum()
        ? parts[0].subtract(BigInteger.ONE)
        : parts[0];
  }

  private static Value power(BigInteger base, BigInteger exponent) {
    if (exponent.signum() < 0) {
      return reals(Operator.POWER, base.doubleValue(), exponent.doubleValue());
    }
    if (base.bitLength() > 1
        && (exponent.bitLength() > 16
            || (long) (base.abs().bitLength() - 1) * exponent.intValue() > MAX_BITS)) {
      throw tooLarge();
    }
    boolean isOdd = exponent.testBit(0);
    if (base.abs().bitLength() <= 1) {
      boolean isOne = exponent.signum() == 0 || base.signum() != 0;
      BigInteger size = isOne ? BigInteger.ONE : BigInteger.ZERO;
      return new Value.Int(base.signum() < 0 && isOdd ? size.negate() : size);
    }
    return bounded(base.pow(exponent.intValue()));
  }

  private static Value.Int bounded(BigInteger value) {
    if (value.bitLength() > MAX_BITS) {
      throw tooLarge();
    }
    return new Value.Int(value);
  }

  private static TemplateException tooLarge() {
    return new TemplateException("an integer may have at most " + MAX_BITS + " bits");
  }

  private static Value reals(Operator operator, double a, double b) {
    return new Value.Real(
        switch (operator) {
          case ADD -> a + b;
          case SUBTRACT -> a - b;
          case MULTIPLY -> a * b;
          case DIVIDE -> a / nonZero(b);
          case FLOOR_DIVIDE -> floorDivide(a, nonZero(b));
          case MODULO -> modulo(a, nonZero(b));
          case POWER -> power(a, b);
        });
  }

  private static double nonZero(double divisor) {
    if (divisor == 0) {
      throw new TemplateException("float division by zero");
    }
    return divisor;
  }

  private static double modulo(double a, double b) {
    double rest = a % b;
    if (rest == 0) {
      return Math.copySign(0.0, b);
    }
    return rest < 0 != b < 0 ? rest + b : rest;
  }

  private static double floorDivide(double a, double b) {
    double rest = a % b;
    double quotient = (a - rest) / b;
    if (rest != 0 && rest < 0 != b < 0) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0.0, a / b);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  private static double power(double a, double b) {
    if (a == 0 && b < 0) {
      throw new TemplateException("0.0 cannot be raised to a negative power");
    }
    if (a < 0 && b != Math.rint(b)) {
      throw new TemplateException("complex numbers are no part of the dialect");
    }
    double result = b == 0 || a == 1 ? 1.0 : Math.pow(a, b);
    if (Double.isInfinite(result) && Double.isFinite(a) && Double.isFinite(b)) {
      throw new TemplateException("numerical result out of range");
    }
    return result;
  }

  public static Value negate(Value value) {
    Types.requireDefined(value);
    return switch (value) {
      case Value.Real(double number) -> new Value.Real(-number);
      case Value.Int _, Value.Bool _ -> new Value.Int(Types.integer(value).negate());
      default ->
          throw new TemplateException(
              "bad operand type for unary -: '%s'".formatted(Types.name(value)));
    };
  }

  public static Value plus(Value value) {
    Types.requireDefined(value);
    return switch (value) {
      case Value.Real _ -> value;
      case Value.Int _, Value.Bool _ -> new Value.Int(Types.integer(value));
      default ->
          throw new TemplateException(
              "bad operand type for unary +: '%s'".formatted(Types.name(value)));
    };
  }

  /// @throws TemplateException when the number is too large for a float
  public static double toDouble(Value value) {
    if (value instanceof Value.Real(double number)) {
      return number;
    }
    double converted = Types.integer(value).doubleValue();
    if (Double.isInfinite(converted)) {
      throw new TemplateException("int too large to convert to float");
    }
    return converted;
  }

  private static TemplateException unsupported(Operator operator, Value a, Value b) {
    return new TemplateException(
        "unsupported operand type(s) for %s: '%s' and '%s'"
            .formatted(operator.symbol, Types.name(a), Types.name(b)));
  }
}
