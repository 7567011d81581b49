package puna.chat.tools;

/// The arguments, as an object, of a call whose name is known.
final class NamedArgumentsBlock implements CallBlock {
  private final CallSink sink;
  private final String name;
  private final ArgumentsReader arguments;
  private boolean begun;

  NamedArgumentsBlock(CallSink sink, String name) {
    this.sink = sink;
    this.name = name;
    this.arguments = new ArgumentsReader(sink);
  }

  @Override
  public boolean takesMarks() {
    return arguments.isInString();
  }

  @Override
  public Progress append(char c) {
    if (!begun && c != '{') {
      return Progress.MALFORMED;
    }
    if (!begun) {
      sink.started("", name);
    }
    begun = true;
    return arguments.append(c);
  }
}
