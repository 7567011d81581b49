package puna.chat.tools;

import org.jspecify.annotations.Nullable;
import puna.chat.Tool;

/// What follows `<function=`: `NAME>{arguments}`.
final class FunctionTagBlock implements CallBlock {
  private final CallSink sink;
  private final StringBuilder name = new StringBuilder();
  private @Nullable ArgumentsReader arguments;
  private boolean inArguments;

  FunctionTagBlock(CallSink sink) {
    this.sink = sink;
  }

  @Override
  public Progress append(char c) {
    if (arguments == null) {
      return name(c);
    }
    if (!inArguments && (c == ' ' || c == '\n')) {
      return Progress.MORE;
    }
    inArguments = true;
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
}
