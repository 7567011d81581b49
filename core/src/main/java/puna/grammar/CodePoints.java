package puna.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import puna.grammar.Rule.CharacterSet;

/// A set of code points under construction. Surrogates are never in it: no UTF-8 text has them.
public final class CodePoints {
  public static final int FIRST_SURROGATE = 0xD800;
  public static final int LAST_SURROGATE = 0xDFFF;

  private final List<int[]> ranges = new ArrayList<>();

  static CodePoints where(IntPredicate member) {
    CodePoints set = new CodePoints();
    int from = -1;
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      boolean in = member.test(c);
      if (in && from < 0) {
        from = c;
      } else if (!in && from >= 0) {
        set.add(from, c - 1);
        from = -1;
      }
    }
    return from < 0 ? set : set.add(from, Character.MAX_CODE_POINT);
  }

  static CodePoints any() {
    return new CodePoints().add(0, Character.MAX_CODE_POINT);
  }

  CodePoints add(int first, int last) {
    if (first <= last) {
      ranges.add(new int[] {first, last});
    }
    return this;
  }

  /// A range and the other cases of its characters.
  CodePoints addCases(int first, int last) {
    add(first, last);
    for (int c = first; c <= Math.min(last, 0xFFFF); c++) {
      if (Character.isLetter(c)) {
        add(Character.toLowerCase(c));
        add(Character.toUpperCase(c));
      }
    }
    return this;
  }

  CodePoints add(int codePoint) {
    return add(codePoint, codePoint);
  }

  CodePoints addAll(CodePoints others) {
    ranges.addAll(others.ranges);
    return this;
  }

  /// All code points that are not in this set.
  CodePoints complement() {
    CodePoints others = new CodePoints();
    int from = 0;
    for (int[] range : merged()) {
      others.add(from, range[0] - 1);
      from = range[1] + 1;
    }
    return others.add(from, Character.MAX_CODE_POINT);
  }

  CharacterSet toSet() {
    List<Integer> flat = new ArrayList<>();
    List<int[]> sorted = merged();
    for (int[] range : sorted) {
      append(flat, range[0], Math.min(range[1], FIRST_SURROGATE - 1));
      append(flat, Math.max(range[0], LAST_SURROGATE + 1), range[1]);
    }
    return new CharacterSet(flat);
  }

  private static void append(List<Integer> flat, int first, int last) {
    if (first <= last) {
      flat.add(first);
      flat.add(last);
    }
  }

  private List<int[]> merged() {
    int[][] sorted = ranges.toArray(int[][]::new);
    Arrays.sort(sorted, (a, b) -> Integer.compare(a[0], b[0]));
    List<int[]> merged = new ArrayList<>();
    for (int[] range : sorted) {
      int[] last = merged.isEmpty() ? new int[] {-2, -2} : merged.getLast();
      if (range[0] <= last[1] + 1 && !merged.isEmpty()) {
        last[1] = Math.max(last[1], range[1]);
      } else {
        merged.add(range.clone());
      }
    }
    return merged;
  }
}
