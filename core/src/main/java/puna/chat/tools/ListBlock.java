package puna.chat.tools;

import org.jspecify.annotations.Nullable;
import puna.chat.tools.JsonCallBlock.Opening;
import puna.chat.tools.PythonCallBlock.Form;

/// Several calls in brackets, all objects or all Python calls; one that is malformed spoils them
/// all.
final class ListBlock implements CallBlock {
  private static final int MOST_PARENTHESES = 16;

  private final CallSink sink;
  private final Opening opening;
  private final OfferedNames offered;
  private final Layout layout = new Layout();
  private @Nullable CallBlock element;
  private Place place = Place.BEFORE;
  private int count;
  private int parentheses;
  private boolean objects;

  private enum Place {
    BEFORE,
    OPEN,
    ELEMENT,
    AFTER
  }

  /// @param offered what objects without a mark, and all Python calls, must name
  ListBlock(CallSink sink, Opening opening, OfferedNames offered) {
    this.sink = sink;
    this.opening = opening;
    this.offered = offered;
  }

  @Override
  public boolean takesMarks() {
    return place == Place.ELEMENT && element != null && element.takesMarks();
  }

  @Override
  public Progress append(char c) {
    if (place == Place.ELEMENT && element != null) {
      return element(element.append(c));
    }
    return switch (layout.append(c)) {
      case YES -> Progress.MORE;
      case MALFORMED -> Progress.MALFORMED;
      case NO -> between(c);
    };
  }

  private Progress between(char c) {
    return switch (place) {
      case BEFORE -> c == '[' ? to(Place.OPEN) : Progress.MALFORMED;
      case OPEN, ELEMENT -> open(c);
      case AFTER -> after(c);
    };
  }

  private Progress after(char c) {
    if (parentheses > 0) {
      parentheses--;
      return c == ')' ? Progress.MORE : Progress.MALFORMED;
    }
    return switch (c) {
      case ',' -> to(Place.OPEN);
      case ']' -> Progress.COMPLETE;
      default -> Progress.MALFORMED;
    };
  }

  private Progress open(char c) {
    if (c == ']' && count > 0 && parentheses == 0) {
      return Progress.COMPLETE;
    }
    if (c == '(') {
      return ++parentheses <= MOST_PARENTHESES ? Progress.MORE : Progress.MALFORMED;
    }
    boolean object = c == '{' && parentheses == 0;
    if (count == ToolCallParser.MAX_CALLS || (count > 0 && objects != object)) {
      return Progress.MALFORMED;
    }
    objects = object;
    count++;
    if (!object && !CallNames.isPythonStart(c)) {
      return Progress.MALFORMED;
    }
    CallBlock block =
        object
            ? new JsonCallBlock(sink, opening, offered)
            : new PythonCallBlock(sink, Form.FUNCTION, offered);
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
