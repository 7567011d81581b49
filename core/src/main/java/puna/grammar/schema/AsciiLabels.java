package puna.grammar.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Labels of internationalised names as they are written in ASCII (A-labels, RFC 3492): those of up
/// to twelve letters and digits and one letter of western Europe, `xn--bcher-kva`.
///
/// Which letter stands where is one number, written with digits to the base of 36, so the labels of
/// one length are a few classes of last three characters.
final class AsciiLabels {
  private static final int LONGEST = 12;
  private static final int FIRST = 0xDF; // small letters up to U+00FF are all letters but one
  private static final int LAST = 0xFF;
  private static final int DIVISION_SIGN = 0xF7;
  private static final int ASCII = 128;
  private static final int BASE = 36;

  private AsciiLabels() {}

  static String expression() {
    List<String> lengths = new ArrayList<>();
    for (int length = 1; length <= LONGEST; length++) {
      lengths.add("[a-z0-9]{" + length + "}-(?:" + endings(length + 1) + ")");
    }
    return "xn--(?:" + String.join("|", lengths) + ")";
  }

  private static String endings(int places) {
    Map<String, StringBuilder> firsts = new TreeMap<>(); // by the two characters behind
    for (int letter = FIRST; letter <= LAST; letter++) {
      for (int place = 0; place < places && letter != DIVISION_SIGN; place++) {
        // the first two digits are at least 1, the last one ends the number below 26
        int number = (letter - ASCII) * places + place - 1;
        int second = number / (BASE - 1) - 1;
        String behind = "" + digit(1 + second % (BASE - 1)) + digit(second / (BASE - 1));
        firsts
            .computeIfAbsent(behind, _ -> new StringBuilder())
            .append(digit(1 + number % (BASE - 1)));
      }
    }
    List<String> endings = new ArrayList<>();
    firsts.forEach((behind, first) -> endings.add("[" + first + "]" + behind));
    return String.join("|", endings);
  }

  private static char digit(int value) {
    return "abcdefghijklmnopqrstuvwxyz0123456789".charAt(value);
  }
}
