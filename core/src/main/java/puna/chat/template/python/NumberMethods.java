package puna.chat.template.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// The attributes and methods of Python's `int`, `bool` and `float`.
public final class NumberMethods {
  private NumberMethods() {}

  public static Optional<Value> find(Value value, String name) {
    return value instanceof Value.Real(double number)
        ? ofReal(number, name)
        : ofInteger(Types.integer(value), name);
  }

  private static Optional<Value> ofReal(double number, String name) {
    Value value = new Value.Real(number);
    return switch (name) {
      case "real" -> Optional.of(value);
      case "imag" -> Optional.of(new Value.Real(0));
      case "conjugate" -> method(name, () -> value);
      case "is_integer" ->
          method(name, () -> Value.Bool.of(number == Math.rint(number) && Double.isFinite(number)));
      case "as_integer_ratio" -> method(name, () -> ratio(number));
      case "hex" -> method(name, () -> Text.template(hex(number)));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> ofInteger(BigInteger number, String name) {
    Value value = new Value.Int(number);
    return switch (name) {
      case "real", "numerator" -> Optional.of(value);
      case "imag" -> Optional.of(Value.Int.of(0));
      case "denominator" -> Optional.of(Value.Int.of(1));
      case "conjugate" -> method(name, () -> value);
      case "bit_length" -> method(name, () -> Value.Int.of(number.abs().bitLength()));
      case "bit_count" -> method(name, () -> Value.Int.of(number.abs().bitCount()));
      case "to_bytes" ->
          Optional.of(Member.function(name, arguments -> toBytes(number, arguments)));
      case "as_integer_ratio" ->
          method(name, () -> Sequence.tuple(List.of(value, Value.Int.of(1))));
      default -> Optional.empty();
    };
  }

  /// What a method without arguments gives.
  private interface Result {
    Value get();
  }

  private static Optional<Value> method(String name, Result result) {
    return Optional.of(
        Member.function(
            name,
            arguments -> {
              arguments.bindPositional(name);
              return result.get();
            }));
  }

  private static Value toBytes(BigInteger number, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("to_bytes", "length", "byteorder", "signed");
    int length = bound.integer(0, 1);
    String order = bound.text(1, "big").toString();
    boolean isSigned = bound.isTrue(2);
    int bits = number.bitLength() + (isSigned ? 1 : 0);
    if (length < 0 || length > 1 << 16 || !order.equals("big") && !order.equals("little")) {
      throw new TemplateException("to_bytes: the length or the byte order is none");
    }
    if (bits > 8 * length || number.signum() < 0 && !isSigned) {
      throw new TemplateException("int too big to convert");
    }
    StringBuilder units = new StringBuilder();
    for (int i = 0; i < length; i++) {
      units.append((char) (number.shiftRight(8 * i).intValue() & 0xFF));
    }
    String bytes = order.equals("big") ? units.reverse().toString() : units.toString();
    return new Bytes(Text.data(bytes));
  }

  private static Value ratio(double number) {
    if (!Double.isFinite(number)) {
      throw new TemplateException("cannot convert Infinity or NaN to integer ratio");
    }
    BigDecimal exact = new BigDecimal(number);
    BigInteger below = BigInteger.TEN.pow(Math.max(0, exact.scale()));
    BigInteger above = exact.multiply(new BigDecimal(below)).toBigIntegerExact();
    BigInteger common = above.gcd(below).max(BigInteger.ONE);
    return Sequence.tuple(
        List.of(new Value.Int(above.divide(common)), new Value.Int(below.divide(common))));
  }

  /// Python's form of C's `%a`: 13 digits behind the point.
  private static String hex(double number) {
    if (!Double.isFinite(number)) {
      return Printing.real(number);
    }
    String sign = RealText.isNegative(number) ? "-" : "";
    if (number == 0) {
      return sign + "0x0.0p+0";
    }
    long bits = Double.doubleToRawLongBits(Math.abs(number));
    boolean isSubnormal = bits >>> 52 == 0;
    long fraction = bits & (1L << 52) - 1;
    String digits = Long.toHexString(1L << 52 | fraction).substring(1);
    int exponent = isSubnormal ? -1022 : (int) (bits >>> 52) - 1023;
    return sign
        + (isSubnormal ? "0x0." : "0x1.")
        + digits
        + "p"
        + (exponent < 0 ? "" : "+")
        + exponent;
  }
}
