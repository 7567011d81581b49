package puna.chat.tools;

import org.jspecify.annotations.Nullable;
import puna.chat.tools.HeaderCallBlock.Style;
import puna.chat.tools.JsonCallBlock.Opening;
import puna.chat.tools.PythonCallBlock.Form;

/// Which call a character may begin.
final class CallBlocks {
  private final CallSink sink;
  private final OfferedNames offered;

  CallBlocks(CallSink sink, OfferedNames offered) {
    this.sink = sink;
    this.offered = offered;
  }

  /// Behind a mark that says that a call follows; null where none begins like that.
  @Nullable CallBlock marked(char c) {
    return switch (c) {
      case '{' -> new JsonCallBlock(sink, Opening.MARK, offered);
      case '[' -> new ListBlock(sink, Opening.MARK, offered);
      default -> null;
    };
  }

  /// Where nothing says so: null where no call begins like that.
  @Nullable CallBlock unmarked(char c) {
    return unmarked(c, offered);
  }

  /// Behind `<|python_tag|>`: a call, or else Python source.
  CallBlock behindPythonTag(char c) {
    if (c == '{') {
      return new JsonCallBlock(sink, Opening.MARK, offered);
    }
    CallBlock call = unmarked(c, offered.and(CallNames.BUILT_IN));
    return call == null ? code() : call;
  }

  /// Of functionary: behind the name to whom a part of the message goes.
  CallBlock of(String recipient, char c) {
    boolean object = c == '{' && offered.areKnown() && offered.contains(CallNames.PYTHON);
    return recipient.equals(CallNames.PYTHON) && !object
        ? new CodeBlock(sink, CallNames.PYTHON)
        : new NamedArgumentsBlock(sink, recipient);
  }

  CallBlock header(Style style) {
    return new HeaderCallBlock(sink, style, offered);
  }

  CodeBlock code() {
    return new CodeBlock(sink, CallNames.CODE_INTERPRETER);
  }

  private @Nullable CallBlock unmarked(char c, OfferedNames methods) {
    return switch (c) {
      case '{' -> new JsonCallBlock(sink, Opening.NOTHING, offered);
      case '[' -> new ListBlock(sink, Opening.NOTHING, offered);
      default ->
          c < 128 && CallNames.isPythonStart(c)
              ? new PythonCallBlock(sink, Form.METHOD, methods)
              : null;
    };
  }
}
