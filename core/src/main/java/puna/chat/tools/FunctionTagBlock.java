package puna.chat.tools;

import org.jspecify.annotations.Nullable;
import puna.chat.Tool;

/// What follows `<function=`: `NAME>{arguments}`, or `NAME></function>` for a call without any.
final class FunctionTagBlock implements CallBlock {
  private final CallSink sink;
  private final StringBuilder name = new StringBuilder();
  private final StringBuilder closing = new StringBuilder();
  private @Nullable ArgumentsReader arguments;
  private boolean begun;

  FunctionTagBlock(CallSink sink) {
    this.sink = sink;
  }

  @Override
  public boolean takesMarks() {
    return arguments != null && arguments.isInString();
  }

  @Override
  public Progress append(char c) {
    if (arguments == null) {
      return name(c);
    }
    if (!begun && Layout.isSpace(c)) {
      return Progress.MORE;
    }
    if (!closing.isEmpty() || (!begun && c == '<')) {
      return closing(c);
    }
    begun = true;
    return arguments.append(c);
  }

  private Progress name(char c) {
    if (c != '>') {
      name.append(c);
      return Tool.isName(name) ? Progress.MORE : Progress.MALFORMED;
    }
    if (name.isEmpty()) {
      return Progress.MALFORMED;
    }
    sink.started("", name.toString());
    arguments = new ArgumentsReader(sink);
    return Progress.MORE;
  }

  private Progress closing(char c) {
    begun = true;
    closing.append(c);
    if (closing.toString().equals(CallMarks.FUNCTION_END)) {
      return ArgumentsReader.none(sink);
    }
    return CallMarks.FUNCTION_END.startsWith(closing.toString())
        ? Progress.MORE
        : Progress.MALFORMED;
  }
}
