package puna.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import puna.tensor.OutOfRange;
import puna.text.FileText;

/// Values as people read them.
final class Text {
  private static final int SHOWN_CHARACTERS = 100;

  private Text() {}

  /// A size in the unit that leaves one to three digits before the point: `98.4 MB`.
  static String bytes(long bytes) {
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
  static String decimal(double value) {
    String format = Math.abs(value) >= 100 ? "%.1f" : Math.abs(value) >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  /// A metadata value on one line, long ones cut.
  static String brief(Object value, int elements) {
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

  /// `text` with its control characters written out, cut where it is long.
  static String oneLine(String text) {
    int end = Math.min(text.length(), SHOWN_CHARACTERS);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return end < text.length() ? out + "… (" + text.length() + " characters)" : out.toString();
  }

  private static String array(List<?> shown, int length) {
    String items = String.join(", ", shown.stream().map(String::valueOf).toList());
    return shown.size() < length
        ? String.format(Locale.ROOT, "[%s, … (%,d)]", items, length)
        : "[" + items + "]";
  }
}
