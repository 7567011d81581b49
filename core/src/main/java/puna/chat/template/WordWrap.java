package puna.chat.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Trimming;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The filter `wordwrap`: Python's `textwrap.wrap`, line by line.
///
/// @param width characters of a line
/// @param breaksWords whether a word that is longer than a line is cut
/// @param splitsAtHyphens whether a word may be cut behind its hyphens
record WordWrap(int width, Value breaksWords, Value splitsAtHyphens) {
  private static final String SPACE = "[\\t\\n\\x0b\\f\\r ]";
  private static final String PUNCTUATED = "[\\w!\"'&.,?]";
  private static final String LETTER = "[\\w&&\\D]";
  private static final Pattern CHUNK =
      Pattern.compile(
          "(?U)SPACE+|(?<=WORD)-{2,}(?=\\w)|[^\\t\\n\\x0b\\f\\r ]+?(?:-(?:(?<=LL-)|(?<=L-L-))(?=L-?L)"
                  .replace("SPACE", SPACE)
                  .replace("WORD", PUNCTUATED)
                  .replace("L", LETTER)
              + "|(?="
              + SPACE
              + "|\\z)|(?<="
              + PUNCTUATED
              + ")(?=-{2,}\\w))");
  private static final Pattern SIMPLE_CHUNK = Pattern.compile(SPACE + "+|[^\\t\\n\\x0b\\f\\r ]+");

  static Value apply(Value value, Arguments arguments) {
    Arguments.Bound bound =
        arguments.bind("wordwrap", "width", "break_long_words", "wrapstring", "break_on_hyphens");
    if (!(value instanceof Text text)) {
      throw new TemplateException("wordwrap wants a str, found " + Types.name(value));
    }
    Text separator = bound.orNone(2) == Value.None.NONE ? Text.template("\n") : bound.text(2, "\n");
    List<Text> wrapped = new ArrayList<>();
    arguments.runtime().charge(text.length());
    for (int[] line : Splitting.lines(text.toString())) {
      int width = bound.integer(0, 79);
      if (width <= 0) {
        throw new TemplateException("invalid width " + width + " (must be > 0)");
      }
      WordWrap wrap =
          new WordWrap(
              width, bound.find(1).orElse(Value.Bool.TRUE), bound.find(3).orElse(Value.Bool.TRUE));
      wrapped.add(TextMethods.join(separator, wrap.lines(text.slice(line[0], line[1]))));
    }
    return TextMethods.join(separator, wrapped);
  }

  private List<Text> lines(Text line) {
    List<Text> chunks = chunks(line.with(Text.Escaping.NONE));
    Collections.reverse(chunks);
    List<Text> lines = new ArrayList<>();
    while (!chunks.isEmpty()) {
      Text next = line(chunks, !lines.isEmpty());
      if (!next.isEmpty()) {
        lines.add(next);
      }
    }
    return lines;
  }

  private List<Text> chunks(Text line) {
    // Python splits at hyphens for True itself, not for what is true
    boolean isSimple = !(splitsAtHyphens instanceof Value.Bool(boolean is) && is);
    Matcher chunk = (isSimple ? SIMPLE_CHUNK : CHUNK).matcher(line.toString());
    List<Text> chunks = new ArrayList<>();
    while (chunk.find()) {
      chunks.add(line.slice(chunk.start(), chunk.end()));
    }
    return chunks;
  }

  /// Takes the chunks of the next line from the end.
  private Text line(List<Text> chunks, Boolean isLater) {
    if (isLater && isBlank(chunks.getLast())) {
      chunks.removeLast();
    }
    List<Text> line = new ArrayList<>();
    int length = 0;
    while (!chunks.isEmpty() && length + chunks.getLast().codePointCount() <= width) {
      length += chunks.getLast().codePointCount();
      line.add(chunks.removeLast());
    }
    if (!chunks.isEmpty() && chunks.getLast().codePointCount() > width) {
      longWord(chunks, line, width - length);
    }
    if (!line.isEmpty() && isBlank(line.getLast())) {
      line.removeLast();
    }
    return TextMethods.join(Text.EMPTY, line);
  }

  private static boolean isBlank(Text chunk) {
    return chunk.toString().codePoints().allMatch(Trimming::isSpace);
  }

  private void longWord(List<Text> chunks, List<Text> line, int room) {
    if (!Types.isTrue(breaksWords)) {
      if (line.isEmpty()) {
        line.add(chunks.removeLast());
      }
      return;
    }
    Text word = chunks.removeLast();
    int end = word.offset(room);
    if (Types.isTrue(splitsAtHyphens)) {
      int hyphen = word.toString().substring(0, end).lastIndexOf('-');
      boolean hasMore =
          hyphen > 0 && word.toString().substring(0, hyphen).chars().anyMatch(c -> c != '-');
      end = hasMore ? hyphen + 1 : end;
    }
    line.add(word.slice(0, end));
    if (end < word.length()) {
      chunks.add(word.slice(end, word.length()));
    }
  }
}
