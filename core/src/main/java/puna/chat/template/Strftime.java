package puna.chat.template;

import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;

/// The `strftime` of GNU's C library with its flags and widths, in English and with the digits 0 to
/// 9 whatever the locale, as Python calls it for a time without a zone.
final class Strftime {
  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_WIDTH = 10_000;

  private final String format;
  private final ZonedDateTime time;
  private final StringBuilder out = new StringBuilder();

  private Strftime(String format, ZonedDateTime time) {
    this.format = format;
    this.time = time;
  }

  /// @throws TemplateException when the format or one of its widths is very long
  static String format(String format, ZonedDateTime time) {
    if (format.length() > MAX_LENGTH) {
      throw new TemplateException("a date format may have at most " + MAX_LENGTH + " characters");
    }
    // Python replaces these itself, before the library sees flags
    String own =
        format
            .replaceAll("(?<!%)((?:%%)*)%[zZ]", "$1")
            .replaceAll(
                "(?<!%)((?:%%)*)%f",
                "$1" + String.format(Locale.ROOT, "%06d", time.getNano() / 1000));
    int end = own.indexOf('\0');
    Strftime strftime = new Strftime(end < 0 ? own : own.substring(0, end), time);
    strftime.run();
    return strftime.out.toString();
  }

  private void run() {
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c == '%') {
        at = field(at);
      } else {
        out.append(c);
      }
      if (out.length() > Text.MAX_LENGTH / 2) {
        throw new TemplateException("a date may have at most " + out.length() + " characters");
      }
    }
  }

  /// How a field is printed.
  ///
  /// @param pad `_`, `-` or `0`; 0 where none is written
  /// @param flags `^` and `#`, as far as they are written
  /// @param modifier `E` or `O`; 0 where none is written
  private record Shape(char pad, String flags, int width, char modifier) {
    boolean has(char flag) {
      return flags.indexOf(flag) >= 0;
    }

    Shape padded(char other) {
      return new Shape(other, flags, width, modifier);
    }
  }

  /// @return the position behind the field that begins behind a percent sign
  private int field(int start) {
    int at = start;
    char pad = 0;
    StringBuilder flags = new StringBuilder();
    while (at < format.length() && "_-0^#".indexOf(format.charAt(at)) >= 0) {
      char flag = format.charAt(at++);
      if (flag == '^' || flag == '#') {
        flags.append(flag);
      } else {
        pad = flag;
      }
    }
    int width = 0;
    while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
      width = Math.min(MAX_WIDTH + 1, width * 10 + format.charAt(at++) - '0');
    }
    if (width > MAX_WIDTH) {
      throw new TemplateException("a width in a date format may be at most " + MAX_WIDTH);
    }
    boolean isModified = at < format.length() && "EO".indexOf(format.charAt(at)) >= 0;
    char modifier = isModified ? format.charAt(at++) : 0;
    Shape shape = new Shape(pad, flags.toString(), width, modifier);
    Optional<String> known =
        at < format.length()
            ? Optional.ofNullable(convert(format.charAt(at), shape))
            : Optional.empty();
    int end = Math.min(format.length(), at + 1);
    out.append(known.orElseGet(() -> text(format.substring(start - 1, end), shape)));
    return end;
  }

  /// A text up to the width, in capital letters where `^` asks for it.
  private static String text(String text, Shape shape) {
    String cased = shape.has('^') ? text.toUpperCase(Locale.ROOT) : text;
    String fill = shape.pad() == '0' ? "0" : " ";
    int length = cased.codePointCount(0, cased.length());
    return fill.repeat(Math.max(0, shape.width() - length)) + cased;
  }

  /// A name, which `#` prints in capital letters too.
  private static String name(String name, Shape shape) {
    return text(shape.has('#') ? name.toUpperCase(Locale.ROOT) : name, shape);
  }

  private static String number(long value, int digits, Shape shape) {
    String bare = Long.toString(value);
    if (shape.pad() == '-') {
      return text(bare, shape);
    }
    String fill = shape.pad() == '_' ? " " : "0";
    int wanted = Math.max(digits, shape.width());
    return fill.repeat(Math.max(0, wanted - bare.length())) + bare;
  }

  private static String blankPadded(long value, Shape shape) {
    boolean isPadded = shape.pad() == '0' || shape.pad() == '-';
    return number(value, 2, isPadded ? shape : shape.padded('_'));
  }

  private String several(String fields, Shape shape) {
    return text(format(fields, time), shape);
  }

  /// A field as it prints, or null where there is none of that letter.
  private @Nullable String convert(char letter, Shape shape) {
    if (!takes(letter, shape.modifier())) {
      return null;
    }
    return switch (letter) {
      case 'a' -> name(time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH), shape);
      case 'A' -> name(time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH), shape);
      case 'b', 'h' -> name(time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH), shape);
      case 'B' -> name(time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH), shape);
      case 'd' -> number(time.getDayOfMonth(), 2, shape);
      case 'e' -> blankPadded(time.getDayOfMonth(), shape);
      case 'm' -> number(time.getMonthValue(), 2, shape);
      case 'Y' -> number(time.getYear(), 4, shape);
      case 'y' -> number(Math.floorMod(time.getYear(), 100), 2, shape);
      case 'C' -> number(Math.floorDiv(time.getYear(), 100), 2, shape);
      case 'G' -> number(time.get(IsoFields.WEEK_BASED_YEAR), 4, shape);
      case 'g' -> number(Math.floorMod(time.get(IsoFields.WEEK_BASED_YEAR), 100), 2, shape);
      case 'V' -> number(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, shape);
      case 'U' ->
          number((time.getDayOfYear() + 6 - time.getDayOfWeek().getValue() % 7) / 7, 2, shape);
      case 'W' -> number((time.getDayOfYear() + 7 - time.getDayOfWeek().getValue()) / 7, 2, shape);
      case 'j' -> number(time.getDayOfYear(), 3, shape);
      case 'u' -> number(time.getDayOfWeek().getValue(), 1, shape);
      case 'w' -> number(time.getDayOfWeek().getValue() % 7, 1, shape);
      default -> clock(letter, shape);
    };
  }

  private static boolean takes(char letter, char modifier) {
    return switch (modifier) {
      case 'E' -> "aAbhBdegGHIjklmMSUVwWDF".indexOf(letter) < 0;
      case 'O' -> "aAcxXYDF".indexOf(letter) < 0;
      default -> true;
    };
  }

  private @Nullable String clock(char letter, Shape shape) {
    return switch (letter) {
      case 'H' -> number(time.getHour(), 2, shape);
      case 'k' -> blankPadded(time.getHour(), shape);
      case 'I' -> number(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2, shape);
      case 'l' -> blankPadded(time.get(ChronoField.CLOCK_HOUR_OF_AMPM), shape);
      case 'M' -> number(time.getMinute(), 2, shape);
      case 'S' -> number(time.getSecond(), 2, shape);
      case 'p' -> half(shape.has('#') ? "am" : "AM", shape);
      case 'P' -> half("am", shape);
      case 's' -> text(Long.toString(time.toEpochSecond()), shape);
      case 'z' -> "";
      case 'Z' -> text("", shape);
      case 'n' -> text("\n", shape);
      case 't' -> text("\t", shape);
      case '%' -> text("%", shape);
      case 'D', 'x' -> several("%m/%d/%y", shape);
      case 'F' -> several("%Y-%m-%d", shape);
      case 'R' -> several("%H:%M", shape);
      case 'T', 'X' -> several("%H:%M:%S", shape);
      case 'r' -> several("%I:%M:%S %p", shape);
      case 'c' -> several("%a %b %e %H:%M:%S %Y", shape);
      default -> null;
    };
  }

  /// `#` and `P` print the half of the day in small letters, whatever `^` says.
  private String half(String morning, Shape shape) {
    String half = time.getHour() < 12 ? morning : morning.replace('a', 'p').replace('A', 'P');
    boolean isSmall = morning.equals("am");
    return text(half, isSmall ? new Shape(shape.pad(), "", shape.width(), (char) 0) : shape);
  }
}
