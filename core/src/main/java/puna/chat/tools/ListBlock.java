package puna.chat.tools;

import org.jspecify.annotations.Nullable;
import puna.chat.tools.JsonCallBlock.Arguments;
import puna.chat.tools.PythonCallBlock.Form;

/// Several calls in brackets, all JSON objects or all Python calls; one that is malformed spoils
/// them all.
final class ListBlock implements CallBlock {
  private final CallSink sink;
  private @Nullable CallBlock element;
  private Place place = Place.BEFORE;
  private int count;
  private boolean json;

  private enum Place {
    BEFORE,
    OPEN,
    ELEMENT,
    AFTER
  }

  ListBlock(CallSink sink) {
    this.sink = sink;
  }

  @Override
  public Progress append(char c) {
    if (place == Place.ELEMENT && element != null) {
      return element(element.append(c));
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      return Progress.MORE;
    }
    return switch (place) {
      case BEFORE -> c == '[' ? to(Place.OPEN) : Progress.MALFORMED;
      case OPEN, ELEMENT -> open(c);
      case AFTER ->
          switch (c) {
            case ',' -> to(Place.OPEN);
            case ']' -> Progress.COMPLETE;
            default -> Progress.MALFORMED;
          };
    };
  }

  private Progress open(char c) {
    if (c == ']' && count > 0 && !json) {
      return Progress.COMPLETE;
    }
    if (count == ToolCallParser.MAX_CALLS || (count > 0 && json != (c == '{'))) {
      return Progress.MALFORMED;
    }
    json = c == '{';
    count++;
    if (!json && !CallNames.isPythonStart(c)) {
      return Progress.MALFORMED;
    }
    CallBlock block =
        json
            ? new JsonCallBlock(sink, Arguments.REQUIRED)
            : new PythonCallBlock(sink, Form.FUNCTION);
    element = block;
    place = Place.ELEMENT;
    return element(block.append(c));
  }

  private Progress element(Progress progress) {
    return progress == Progress.COMPLETE ? to(Place.AFTER) : progress;
  }

  private Progress to(Place next) {
    place = next;
    return Progress.MORE;
  }
}
