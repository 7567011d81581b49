package puna.cli.command;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Converters of option values that refuse what makes no sense, NaN included.
public final class Numbers {
  private Numbers() {}

  /// A whole number of at least 1.
  public static final class Positive implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return integer(value, 1, "a whole number of at least 1");
    }
  }

  /// A whole number of at least 0.
  public static final class NonNegative implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return integer(value, 0, "a whole number of at least 0");
    }
  }

  /// A whole number of at least 0, of 63 bits.
  public static final class Seed implements ITypeConverter<Long> {
    private static final String RULE = "a whole number from 0 to " + Long.MAX_VALUE;

    @Override
    public Long convert(String value) {
      try {
        long number = Long.parseLong(value);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw violation(RULE, value);
      }
      throw violation(RULE, value);
    }
  }

  /// A whole number of bytes, or of KiB, MiB, GiB or TiB with the letter K, M, G or T behind it.
  public static final class Bytes implements ITypeConverter<Long> {
    private static final String RULE =
        "a whole number of bytes, or with K, M, G or T behind it, such as 512M";
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,19})([KMGT]?)");

    @Override
    public Long convert(String value) {
      Matcher size = SIZE.matcher(value.toUpperCase(Locale.ROOT));
      if (!size.matches()) {
        throw violation(RULE, value);
      }
      int thousands = size.group(2).isEmpty() ? 0 : "KMGT".indexOf(size.group(2)) + 1;
      try {
        return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << 10 * thousands);
      } catch (NumberFormatException | ArithmeticException e) {
        throw violation(RULE, value);
      }
    }
  }

  /// The same, at least 1.
  public static final class PositiveBytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      long bytes = new Bytes().convert(value);
      if (bytes < 1) {
        throw violation("at least one byte", value);
      }
      return bytes;
    }
  }

  /// A whole number of at least −1.
  public static final class NoneOrAll implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return integer(value, -1, "a whole number of at least -1");
    }
  }

  /// A finite number of at least 1.
  public static final class AtLeastOne implements ITypeConverter<Float> {
    @Override
    public Float convert(String value) {
      return real(value, 1, Float.MAX_VALUE, "a number of at least 1");
    }
  }

  /// A number up to 1.
  public static final class Target implements ITypeConverter<Float> {
    @Override
    public Float convert(String value) {
      return real(value, -Float.MAX_VALUE, 1, "a number up to 1");
    }
  }

  /// A number from 0 to 0.99.
  public static final class Decay implements ITypeConverter<Float> {
    @Override
    public Float convert(String value) {
      return real(value, 0, 0.99f, "a number from 0 to 0.99");
    }
  }

  /// A finite number of at least 0.
  public static final class NonNegativeFloat implements ITypeConverter<Float> {
    @Override
    public Float convert(String value) {
      return real(value, 0, Float.MAX_VALUE, "a number of at least 0");
    }
  }

  /// A finite number above 0.
  public static final class PositiveFloat implements ITypeConverter<Float> {
    @Override
    public Float convert(String value) {
      return real(value, Float.MIN_VALUE, Float.MAX_VALUE, "a number above 0");
    }
  }

  /// A finite number.
  public static final class AnyFloat implements ITypeConverter<Float> {
    @Override
    public Float convert(String value) {
      return real(value, -Float.MAX_VALUE, Float.MAX_VALUE, "a number");
    }
  }

  /// A number from 0 to 1.
  public static final class Probability implements ITypeConverter<Float> {
    @Override
    public Float convert(String value) {
      return real(value, 0, 1, "a number from 0 to 1");
    }
  }

  private static int integer(String value, int least, String rule) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw violation(rule, value);
    }
    throw violation(rule, value);
  }

  private static float real(String value, float least, float most, String rule) {
    float number;
    try {
      number = Float.parseFloat(value);
    } catch (NumberFormatException e) {
      throw violation(rule, value);
    }
    if (number >= least && number <= most) {
      return number;
    }
    throw violation(rule, value);
  }

  private static TypeConversionException violation(String rule, String found) {
    return new TypeConversionException("must be %s, found '%s'".formatted(rule, found));
  }
}
