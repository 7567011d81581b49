package puna.chat.tools;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.chat.Tool;

/// What later Mistral models write after `[TOOL_CALLS]`: `NAME{arguments}`, with `[CALL_ID]ID` and
/// `[ARGS]` between them or not.
final class NamedCallBlock implements CallBlock {
  private static final int MAX_HEADER = 2 * CallNames.MAX_LENGTH;
  private static final Pattern HEADER =
      Pattern.compile("([A-Za-z0-9_.:/-]{1,128})(?:\\[CALL_ID]([A-Za-z0-9_-]*))?(?:\\[ARGS])?\\s*");

  private final CallSink sink;
  private final StringBuilder header = new StringBuilder();
  private @Nullable ArgumentsReader arguments;

  NamedCallBlock(CallSink sink) {
    this.sink = sink;
  }

  @Override
  public Progress append(char c) {
    if (arguments != null) {
      return arguments.append(c);
    }
    if (c != '{') {
      header.append(c);
      boolean part = Tool.isName(String.valueOf(c)) || "[] \n".indexOf(c) >= 0;
      return part && header.length() <= MAX_HEADER ? Progress.MORE : Progress.MALFORMED;
    }
    Matcher parts = HEADER.matcher(header);
    if (!parts.matches()) {
      return Progress.MALFORMED;
    }
    String id = parts.group(2);
    sink.started(id == null ? "" : id, parts.group(1));
    ArgumentsReader reader = new ArgumentsReader(sink);
    arguments = reader;
    return reader.append(c);
  }
}
