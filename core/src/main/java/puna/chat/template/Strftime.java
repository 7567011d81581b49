package puna.chat.template;

import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/// C's `strftime` with English names.
final class Strftime {
  private static final int MAX_LENGTH = 10_000;

  private Strftime() {}

  /// @throws TemplateException when the format is very long
  static String format(String format, ZonedDateTime time) {
    if (format.length() > MAX_LENGTH) {
      throw new TemplateException("a date format may have at most " + MAX_LENGTH + " characters");
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%' || at == format.length()) {
        out.append(c);
        continue;
      }
      char flag = format.charAt(at);
      boolean hasFlag = (flag == '-' || flag == '_' || flag == '0') && at + 1 < format.length();
      at += hasFlag ? 1 : 0;
      String field = field(format.charAt(at), time);
      out.append(hasFlag ? padded(field, flag, format.charAt(at)) : field);
      at++;
    }
    return out.toString();
  }

  /// A field with GNU's flags: `-` no padding, `_` blanks, `0` zeros.
  private static String padded(String field, char flag, char conversion) {
    boolean isNumber = !field.isEmpty() && field.strip().chars().allMatch(Character::isDigit);
    if (!isNumber || conversion == 'Y' || conversion == 's') {
      return field;
    }
    String digits = field.strip();
    int lead = 0;
    while (lead < digits.length() - 1 && digits.charAt(lead) == '0') {
      lead++;
    }
    String bare = digits.substring(lead);
    return switch (flag) {
      case '-' -> bare;
      case '_' -> " ".repeat(field.length() - bare.length()) + bare;
      default -> "0".repeat(field.length() - bare.length()) + bare;
    };
  }

  private static String field(char conversion, ZonedDateTime time) {
    return switch (conversion) {
      case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'd' -> two(time.getDayOfMonth());
      case 'e' -> "%2d".formatted(time.getDayOfMonth());
      case 'm' -> two(time.getMonthValue());
      case 'Y' -> String.valueOf(time.getYear());
      case 'y' -> two(time.getYear() % 100);
      case 'C' -> two(time.getYear() / 100);
      case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'V' -> two(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case 'U' -> two((time.getDayOfYear() + 6 - time.getDayOfWeek().getValue() % 7) / 7);
      case 'W' -> two((time.getDayOfYear() + 7 - time.getDayOfWeek().getValue()) / 7);
      case 'j' -> "%03d".formatted(time.getDayOfYear());
      case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
      default -> clock(conversion, time);
    };
  }

  private static String clock(char conversion, ZonedDateTime time) {
    return switch (conversion) {
      case 'H' -> two(time.getHour());
      case 'k' -> "%2d".formatted(time.getHour());
      case 'I' -> two(time.get(ChronoField.CLOCK_HOUR_OF_AMPM));
      case 'l' -> "%2d".formatted(time.get(ChronoField.CLOCK_HOUR_OF_AMPM));
      case 'M' -> two(time.getMinute());
      case 'S' -> two(time.getSecond());
      case 'f' -> "%06d".formatted(time.getNano() / 1000);
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'P' -> time.getHour() < 12 ? "am" : "pm";
      case 's' -> String.valueOf(time.toEpochSecond());
      // Python's now() has no zone
      case 'z', 'Z' -> "";
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      case 'D', 'x' -> format("%m/%d/%y", time);
      case 'F' -> format("%Y-%m-%d", time);
      case 'R' -> format("%H:%M", time);
      case 'T', 'X' -> format("%H:%M:%S", time);
      case 'r' -> format("%I:%M:%S %p", time);
      case 'c' -> format("%a %b %e %H:%M:%S %Y", time);
      default -> "%" + conversion;
    };
  }

  private static String two(int number) {
    return "%02d".formatted(number);
  }
}
