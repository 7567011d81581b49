package puna.grammar.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;

/// The formats of numbers, which are ranges.
final class NumberFormats {
  private NumberFormats() {}

  record Range(BigDecimal least, BigDecimal most) {}

  /// The numbers of a format; nothing where the format is not about numbers or bounds none.
  static Optional<Range> range(String format) {
    return switch (format) {
      case "int8" -> Optional.of(signed(8));
      case "int16" -> Optional.of(signed(16));
      case "int32" -> Optional.of(signed(32));
      case "int64" -> Optional.of(signed(64));
      case "uint8" -> Optional.of(unsigned(8));
      case "uint16" -> Optional.of(unsigned(16));
      case "uint32" -> Optional.of(unsigned(32));
      case "uint64" -> Optional.of(unsigned(64));
      case "float" -> Optional.of(decimal(new BigDecimal(Float.MAX_VALUE)));
      case "double" -> Optional.of(decimal(new BigDecimal(Double.MAX_VALUE)));
      default -> Optional.empty();
    };
  }

  private static Range signed(int bits) {
    BigInteger half = BigInteger.TWO.pow(bits - 1);
    return new Range(new BigDecimal(half.negate()), new BigDecimal(half.subtract(BigInteger.ONE)));
  }

  private static Range unsigned(int bits) {
    return new Range(
        BigDecimal.ZERO, new BigDecimal(BigInteger.TWO.pow(bits).subtract(BigInteger.ONE)));
  }

  private static Range decimal(BigDecimal most) {
    return new Range(most.negate(), most);
  }
}
