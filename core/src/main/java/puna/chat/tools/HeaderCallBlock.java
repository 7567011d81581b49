package puna.chat.tools;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;

/// A call as a header with the tool's name and, behind it, the arguments as an object.
final class HeaderCallBlock implements CallBlock {
  private static final int MAX_HEADER = 3 * CallNames.MAX_LENGTH;

  private final CallSink sink;
  private final Style style;
  private final OfferedNames offered;
  private final StringBuilder header = new StringBuilder();
  private @Nullable ArgumentsReader arguments;

  /// How a family writes the header.
  enum Style {
    /// Behind `[TOOL_CALLS]`: `NAME`, with `[CALL_ID]ID` and `[ARGS]` behind it or not.
    MISTRAL("NAME\\s*(?:\\[CALL_ID](?<id>[A-Za-z0-9_-]*))?\\s*(?:\\[ARGS])?\\s*"),
    /// Behind the mark of a call: `function`, a mark, `NAME`, and the fence of a block of code.
    DEEPSEEK("(?:function)?\\s*SEPARATOR\\s*NAME(?<id>)\\s*(?:```(?:json)?)?\\s*");

    private final Pattern pattern;

    Style(String pattern) {
      this.pattern =
          Pattern.compile(
              pattern
                  .replace("SEPARATOR", CallMarks.DEEPSEEK_SEPARATOR.replace("|", "\\|"))
                  .replace("NAME", "(?<name>[A-Za-z0-9_.:/-]{1,128})"));
    }
  }

  HeaderCallBlock(CallSink sink, Style style, OfferedNames offered) {
    this.sink = sink;
    this.style = style;
    this.offered = offered;
  }

  @Override
  public boolean takesMarks() {
    return arguments == null || arguments.isInString();
  }

  @Override
  public Progress append(char c) {
    if (arguments != null) {
      return arguments.append(c);
    }
    boolean begins = c == '{' || (!Layout.isSpace(c) && isBehindArgumentsMark());
    return begins ? begin(c) : header(c);
  }

  /// A call without arguments may end the message.
  @Override
  public Progress end() {
    return style == Style.MISTRAL && isWholeCall() ? none() : Progress.MALFORMED;
  }

  private Progress header(char c) {
    header.append(c);
    if (style == Style.MISTRAL && header.toString().endsWith(CallMarks.TOOL_CALLS)) {
      header.setLength(header.length() - CallMarks.TOOL_CALLS.length());
      if (!isWholeCall()) {
        return Progress.MALFORMED;
      }
      none();
      header.setLength(0);
      return Progress.MORE;
    }
    boolean part =
        Tool.isName(String.valueOf(c)) || Layout.isSpace(c) || "[]<>`".indexOf(c) >= 0 || c > 127;
    return part && header.length() <= MAX_HEADER ? Progress.MORE : Progress.MALFORMED;
  }

  /// Where a word may stand in place of the arguments.
  private boolean isBehindArgumentsMark() {
    return style == Style.MISTRAL
        && header.toString().stripTrailing().endsWith(CallMarks.ARGUMENTS);
  }

  private Progress begin(char c) {
    Matcher parts = style.pattern.matcher(header);
    if (!parts.matches()) {
      return Progress.MALFORMED;
    }
    String id = parts.group("id");
    sink.started(id == null ? "" : id, parts.group("name"));
    ArgumentsReader reader = new ArgumentsReader(sink);
    arguments = reader;
    return reader.append(c);
  }

  /// A name alone is a call where it is known that the tool is offered.
  private boolean isWholeCall() {
    return arguments == null
        && Tool.isName(header.toString().strip())
        && offered.contains(header.toString().strip());
  }

  private Progress none() {
    sink.started("", header.toString().strip());
    return ArgumentsReader.none(sink);
  }
}
