package puna.chat.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Trimming;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// Python's `split`, `rsplit`, `splitlines`, `partition` and `rpartition`.
final class Splitting {
  private Splitting() {}

  static Value split(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("split", "sep", "maxsplit");
    int most = bound.count(1, -1);
    int limit = most < 0 ? Integer.MAX_VALUE : most;
    if (bound.orNone(0) == Value.None.NONE) {
      return Sequence.list(words(text, limit));
    }
    String separator = separator(bound.text(0, ""), text, arguments);
    String chars = text.toString();
    List<Value> parts = new ArrayList<>();
    int at = 0;
    for (int found = chars.indexOf(separator);
        found >= 0 && parts.size() < limit;
        found = chars.indexOf(separator, at)) {
      parts.add(text.slice(at, found));
      at = found + separator.length();
    }
    parts.add(text.slice(at, chars.length()));
    return Sequence.list(parts);
  }

  static Value rsplit(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("rsplit", "sep", "maxsplit");
    int most = bound.count(1, -1);
    int limit = most < 0 ? Integer.MAX_VALUE : most;
    if (bound.orNone(0) == Value.None.NONE) {
      return Sequence.list(wordsFromRight(text, limit));
    }
    String separator = separator(bound.text(0, ""), text, arguments);
    String chars = text.toString();
    List<Value> parts = new ArrayList<>();
    int end = chars.length();
    for (int found = chars.lastIndexOf(separator);
        found >= 0 && parts.size() < limit;
        found =
            end < separator.length()
                ? -1
                : chars.lastIndexOf(separator, end - separator.length())) {
      parts.add(text.slice(found + separator.length(), end));
      end = found;
    }
    parts.add(text.slice(0, end));
    return Sequence.list(parts.reversed());
  }

  private static String separator(Text separator, Text text, Arguments arguments) {
    if (separator.isEmpty()) {
      throw new TemplateException("empty separator");
    }
    TextSearch.charge(arguments.runtime(), text, separator);
    return separator.toString();
  }

  /// What `split()` gives.
  static Value words(Text text) {
    return Sequence.list(words(text, Integer.MAX_VALUE));
  }

  private static List<Value> words(Text text, int limit) {
    String chars = text.toString();
    List<Value> words = new ArrayList<>();
    int at = skip(chars, 0);
    while (at < chars.length()) {
      if (words.size() == limit) {
        words.add(text.slice(at, chars.length()));
        return words;
      }
      int end = at;
      while (end < chars.length() && !Trimming.isSpace(chars.charAt(end))) {
        end++;
      }
      words.add(text.slice(at, end));
      at = skip(chars, end);
    }
    return words;
  }

  private static int skip(String chars, int from) {
    int at = from;
    while (at < chars.length() && Trimming.isSpace(chars.charAt(at))) {
      at++;
    }
    return at;
  }

  private static List<Value> wordsFromRight(Text text, int limit) {
    Text rest = Trimming.strip(text, Trimming::isSpace, Trimming.Side.RIGHT);
    List<Value> words = new ArrayList<>();
    while (!rest.isEmpty()) {
      int start = rest.length();
      while (start > 0 && !Trimming.isSpace(rest.toString().charAt(start - 1))) {
        start--;
      }
      if (words.size() == limit) {
        words.add(rest);
        break;
      }
      words.add(rest.slice(start, rest.length()));
      rest = Trimming.strip(rest.slice(0, start), Trimming::isSpace, Trimming.Side.RIGHT);
    }
    return words.reversed();
  }

  static Value splitLines(Text text, Arguments arguments) {
    BigInteger keepEnds =
        Types.integer(arguments.bind("splitlines", "keepends").find(0).orElse(Value.Bool.FALSE));
    if (keepEnds.bitLength() > 31) {
      throw new TemplateException("Python int too large to convert to C int");
    }
    boolean keepsEnds = keepEnds.signum() != 0;
    List<Value> lines = new ArrayList<>();
    for (int[] line : lines(text.toString())) {
      lines.add(text.slice(line[0], keepsEnds ? line[2] : line[1]));
    }
    return Sequence.list(lines);
  }

  /// The lines of a text: where each starts, ends, and ends with its line break.
  static List<int[]> lines(String chars) {
    List<int[]> lines = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < chars.length()) {
      char c = chars.charAt(at++);
      if (isLineBreak(c)) {
        int end = at - 1;
        if (c == '\r' && at < chars.length() && chars.charAt(at) == '\n') {
          at++;
        }
        lines.add(new int[] {start, end, at});
        start = at;
      }
    }
    if (start < chars.length()) {
      lines.add(new int[] {start, chars.length(), chars.length()});
    }
    return lines;
  }

  private static boolean isLineBreak(char c) {
    return c >= '\n' && c <= '\r'
        || c >= 0x1C && c <= 0x1E
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  static Value partition(Text text, Arguments arguments) {
    Text separator = arguments.bindPositional("partition", "sep").text(0, "");
    int found = text.toString().indexOf(separator(separator, text, arguments));
    return found < 0
        ? Sequence.tuple(List.of(text, empty(text), empty(text)))
        : cut(text, found, separator);
  }

  static Value rpartition(Text text, Arguments arguments) {
    Text separator = arguments.bindPositional("rpartition", "sep").text(0, "");
    int found = text.toString().lastIndexOf(separator(separator, text, arguments));
    return found < 0
        ? Sequence.tuple(List.of(empty(text), empty(text), text))
        : cut(text, found, separator);
  }

  private static Text empty(Text like) {
    return Text.EMPTY.with(like.escaping());
  }

  private static Value cut(Text text, int found, Text separator) {
    return Sequence.tuple(
        List.of(
            text.slice(0, found),
            separator.with(text.escaping()),
            text.slice(found + separator.length(), text.length())));
  }
}
