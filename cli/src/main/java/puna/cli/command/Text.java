package puna.cli.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import puna.tensor.OutOfRange;
import puna.text.FileText;

/// Values as people read them.
public final class Text {
  private static final int SHOWN_CHARACTERS = 100;

  private Text() {}

  /// A size in the unit that leaves one to three digits before the point: `98.4 MB`.
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 999.95 && unit < 3) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %cB", value, "kMGT".charAt(unit));
  }

  /// A number with one to three digits behind the point.
  public static String decimal(double value) {
    String format = Math.abs(value) >= 100 ? "%.1f" : Math.abs(value) >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  /// A metadata value on one line, long ones cut.
  public static String brief(Object value, int elements) {
    return switch (value) {
      case String text -> oneLine(text);
      case long[] array ->
          array(Arrays.stream(array).limit(elements).boxed().toList(), array.length);
      case double[] array ->
          array(Arrays.stream(array).limit(elements).boxed().toList(), array.length);
      case boolean[] array -> {
        List<Boolean> shown = new ArrayList<>();
        for (int i = 0; i < Math.min(elements, array.length); i++) {
          shown.add(array[i]);
        }
        yield array(shown, array.length);
      }
      case List<?> list ->
          array(
              list.stream()
                  .limit(elements)
                  .map(item -> oneLine(FileText.shown(String.valueOf(item))))
                  .toList(),
              list.size());
      case OutOfRange odd -> brief(odd.found(), elements);
      default -> value.toString();
    };
  }

  /// `text` with every character written out that ends a line, steers a terminal or turns its
  /// direction: `\\x1b`, `\\u202e`.
  public static String escaped(String text) {
    return written(text, Text::isSteering);
  }

  /// `text` with every character written out that steers a terminal; line ends and tabs stay, and
  /// so do the marks of scripts that run from right to left.
  public static String harmless(String text) {
    return written(text, c -> Character.isISOControl(c) && c != '\n' && c != '\t');
  }

  private static String written(String text, IntPredicate isWrittenOut) {
    if (text.chars().noneMatch(isWrittenOut)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.chars()
        .forEach(c -> {
          if (isWrittenOut.test(c)) {
            out.append(escape((char) c));
          } else {
            out.append((char) c);
          }
        });
    return out.toString();
  }

  /// In four digits what JSON may hold as it is, so that it stays JSON.
  private static String escape(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, c < ' ' ? "\\x%02x" : "\\u%04x", (int) c);
    };
  }

  private static boolean isSteering(int c) {
    return Character.isISOControl(c)
        || c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x2028 && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /// The same, cut where it is long.
  public static String oneLine(String text) {
    int end = Math.min(text.length(), SHOWN_CHARACTERS);
    String shown = escaped(text.substring(0, end));
    return end < text.length() ? shown + "… (" + text.length() + " characters)" : shown;
  }

  private static String array(List<?> shown, int length) {
    String items = String.join(", ", shown.stream().map(String::valueOf).toList());
    return shown.size() < length
        ? String.format(Locale.ROOT, "[%s, … (%,d)]", items, length)
        : "[" + items + "]";
  }
}
