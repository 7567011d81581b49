package puna.chat.template.python;

import java.math.BigInteger;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import puna.chat.template.python.FormatSpec.Defaults;

/// Python's `format(value, specification)`.
public final class FieldFormat {
  private static final Defaults TEXT = new Defaults('<', 's');
  private static final Defaults WHOLE = new Defaults('>', 'd');
  private static final Defaults REAL = new Defaults('>', (char) 0);

  private FieldFormat() {}

  /// @throws TemplateException when the value does not take the specification
  public static Text format(Value value, Text specification) {
    if (specification.isEmpty()) {
      return Printing.string(value);
    }
    String text = specification.toString();
    Text formatted =
        switch (value) {
          case Text given -> text(given.with(Text.Escaping.NONE), FormatSpec.parse(text, TEXT));
          case Value.Int _, Value.Bool _ ->
              whole(Types.integer(value), FormatSpec.parse(text, WHOLE));
          case Value.Real(double number) -> real(number, FormatSpec.parse(text, REAL));
          default ->
              throw new TemplateException(
                  "unsupported format string passed to " + Types.name(value) + ".__format__");
        };
    // a fill character may come out of the conversation
    return formatted.length() > 0 && specification.strongest().compareTo(formatted.strongest()) > 0
        ? specification.derive(formatted.toString())
        : formatted;
  }

  private static Text text(Text text, FormatSpec spec) {
    if (spec.sign() != 0 || !spec.flags().isEmpty() || spec.align() == '=') {
      throw new TemplateException(
          "Sign, 'z', '#' and '=' are not allowed in string format specifier");
    }
    requireType(spec, "s", "str");
    int precision = spec.size().precision();
    Text cut =
        precision >= 0 && precision < text.codePointCount()
            ? text.slice(0, text.offset(precision))
            : text;
    int missing = Math.max(0, spec.size().width() - cut.codePointCount());
    int left =
        switch (spec.align()) {
          case '>' -> missing;
          case '^' -> missing / 2;
          default -> 0;
        };
    return new TextBuilder()
        .template(fill(spec, left))
        .append(cut)
        .template(fill(spec, missing - left))
        .build();
  }

  private static void requireType(FormatSpec spec, String allowed, String kind) {
    if (allowed.indexOf(spec.type()) < 0) {
      throw new TemplateException(
          String.format(
              Locale.ROOT, "Unknown format code '%c' for object of type '%s'", spec.type(), kind));
    }
  }

  private static String fill(FormatSpec spec, int count) {
    return Character.toString(spec.fill()).repeat(count);
  }

  private static Text whole(BigInteger value, FormatSpec spec) {
    if ("eEfFgG%".indexOf(spec.type()) >= 0) {
      return real(Arithmetic.toDouble(new Value.Int(value)), spec);
    }
    requireType(spec, "bcdoxXn", "int");
    if (spec.size().precision() >= 0 || spec.flags().contains("z")) {
      throw new TemplateException("Precision and 'z' are not allowed in integer format specifier");
    }
    if (spec.type() == 'c') {
      return character(value, spec);
    }
    String magnitude =
        switch (spec.type()) {
          case 'b' -> value.abs().toString(2);
          case 'o' -> value.abs().toString(8);
          case 'x' -> value.abs().toString(16);
          case 'X' -> value.abs().toString(16).toUpperCase(Locale.ROOT);
          default -> Printing.integer(value.abs());
        };
    boolean hasPrefix = spec.isAlternate() && "boxX".indexOf(spec.type()) >= 0;
    String prefix = hasPrefix ? "0" + spec.type() : "";
    return Text.template(
        laidOut(new Parts(sign(value.signum() < 0, spec), prefix, magnitude, ""), spec));
  }

  /// Always data: a number out of the conversation could be any character.
  private static Text character(BigInteger value, FormatSpec spec) {
    if (spec.sign() != 0 || spec.isAlternate()) {
      throw new TemplateException("Sign and '#' are not allowed with integer format specifier 'c'");
    }
    if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(Character.MAX_CODE_POINT)) > 0) {
      throw new TemplateException("a character must be in range(0x110000), found " + value);
    }
    String point = Character.toString(value.intValue());
    return Text.data(laidOut(new Parts("", "", "", point), spec));
  }

  private static Text real(double number, FormatSpec spec) {
    if (spec.type() != 0) {
      requireType(spec, "eEfFgGn%", "float");
    }
    int given = spec.size().precision();
    Set<RealText.Option> options = EnumSet.noneOf(RealText.Option.class);
    if (spec.isAlternate()) {
      options.add(RealText.Option.ALTERNATE);
    }
    if (spec.type() == 0) {
      options.add(RealText.Option.DOT_ZERO);
    }
    char code =
        switch (spec.type()) {
          case 0 -> given < 0 ? 'r' : 'g';
          case 'e', 'E' -> 'e';
          case 'f', 'F', '%' -> 'f';
          default -> 'g';
        };
    RealText form = new RealText(code, given < 0 ? 6 : given, options);
    double value = spec.type() == '%' ? number * 100 : number;
    String magnitude = form.magnitude(value);
    if ("EFG".indexOf(spec.type()) >= 0 && spec.type() != 0) {
      magnitude = magnitude.toUpperCase(Locale.ROOT);
    }
    boolean isNegative =
        RealText.isNegative(value) && !(spec.flags().contains("z") && isZero(magnitude));
    int digits = 0;
    while (digits < magnitude.length() && Character.isDigit(magnitude.charAt(digits))) {
      digits++;
    }
    String rest = magnitude.substring(digits) + (spec.type() == '%' ? "%" : "");
    return Text.template(
        laidOut(new Parts(sign(isNegative, spec), "", magnitude.substring(0, digits), rest), spec));
  }

  private static boolean isZero(String magnitude) {
    int mark = magnitude.toLowerCase(Locale.ROOT).indexOf('e');
    String mantissa = mark < 0 ? magnitude : magnitude.substring(0, mark);
    return mantissa.chars().allMatch(c -> c == '0' || c == '.');
  }

  private static String sign(boolean isNegative, FormatSpec spec) {
    return isNegative ? "-" : spec.sign() == '+' ? "+" : spec.sign() == ' ' ? " " : "";
  }

  /// A number in its parts.
  ///
  /// @param digits those before the point, which are grouped
  /// @param rest what stands behind them
  private record Parts(String sign, String prefix, String digits, String rest) {}

  private static String laidOut(Parts parts, FormatSpec spec) {
    int around = parts.sign().length() + parts.prefix().length() + points(parts.rest());
    boolean fillsWithZeros = spec.fill() == '0' && spec.align() == '=';
    String digits =
        parts.digits().isEmpty()
            ? ""
            : grouped(parts.digits(), spec, fillsWithZeros ? spec.size().width() - around : 0);
    int missing = Math.max(0, spec.size().width() - around - digits.length());
    String fill = fill(spec, missing);
    String signed = parts.sign() + parts.prefix();
    String number = digits + parts.rest();
    return switch (spec.align()) {
      case '<' -> signed + number + fill;
      case '=' -> signed + fill + number;
      case '^' -> fill(spec, missing / 2) + signed + number + fill(spec, missing - missing / 2);
      default -> fill + signed + number;
    };
  }

  private static int points(String text) {
    return text.codePointCount(0, text.length());
  }

  /// Digits in groups from the right, with zeros up to a width, which a separator never begins.
  private static String grouped(String digits, FormatSpec spec, int least) {
    if (spec.grouping() == 0) {
      return "0".repeat(Math.max(0, least - digits.length())) + digits;
    }
    int size = "boxX".indexOf(spec.type()) >= 0 && spec.type() != 0 ? 4 : 3;
    StringBuilder reversed = new StringBuilder();
    int left = digits.length();
    int wanted = least;
    while (true) {
      int length = Math.min(size, Math.max(Math.max(left, wanted), 1));
      for (int i = 0; i < length; i++) {
        reversed.append(left > 0 ? digits.charAt(--left) : '0');
      }
      wanted -= length;
      if (left <= 0 && wanted <= 0) {
        return reversed.reverse().toString();
      }
      reversed.append(spec.grouping());
      wanted--;
    }
  }
}
