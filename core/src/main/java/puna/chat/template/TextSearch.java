package puna.chat.template;

import java.util.List;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Rendering;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// Python's `find` and its kin. Positions are code points.
final class TextSearch {
  private TextSearch() {}

  /// Takes the work of a search from the budget: it can be the product of both lengths.
  static void charge(Rendering runtime, Text text, Text wanted) {
    runtime.charge(text.length() / 16L * (1 + wanted.length() / 16) + 1);
  }

  private enum Direction {
    FORWARD,
    BACKWARD
  }

  static Value find(Text text, Arguments arguments) {
    return Value.Int.of(search(text, arguments, Direction.FORWARD));
  }

  static Value rfind(Text text, Arguments arguments) {
    return Value.Int.of(search(text, arguments, Direction.BACKWARD));
  }

  static Value index(Text text, Arguments arguments) {
    return required(search(text, arguments, Direction.FORWARD));
  }

  static Value rindex(Text text, Arguments arguments) {
    return required(search(text, arguments, Direction.BACKWARD));
  }

  private static Value required(int found) {
    if (found < 0) {
      throw new TemplateException("substring not found");
    }
    return Value.Int.of(found);
  }

  private static int search(Text text, Arguments arguments, Direction direction) {
    Arguments.Bound bound = arguments.bindPositional("find", "sub", "start", "end");
    bound.require(0);
    Text wanted = bound.text(0, "");
    charge(arguments.runtime(), text, wanted);
    int[] window = window(text, bound);
    if (window[0] > window[1]) {
      return -1;
    }
    String part = text.toString().substring(window[0], window[1]);
    int found =
        direction == Direction.FORWARD
            ? part.indexOf(wanted.toString())
            : part.lastIndexOf(wanted.toString());
    return found < 0 ? -1 : text.toString().codePointCount(0, window[0] + found);
  }

  static Value count(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("count", "sub", "start", "end");
    bound.require(0);
    String wanted = bound.text(0, "").toString();
    charge(arguments.runtime(), text, bound.text(0, ""));
    int[] window = window(text, bound);
    if (window[0] > window[1]) {
      return Value.Int.of(0);
    }
    String part = text.toString().substring(window[0], window[1]);
    if (wanted.isEmpty()) {
      return Value.Int.of(part.codePointCount(0, part.length()) + 1L);
    }
    int count = 0;
    for (int at = part.indexOf(wanted); at >= 0; at = part.indexOf(wanted, at + wanted.length())) {
      count++;
    }
    return Value.Int.of(count);
  }

  static Value startsWith(Text text, Arguments arguments) {
    return Value.Bool.of(matches(text, arguments, (part, affix) -> part.startsWith(affix)));
  }

  static Value endsWith(Text text, Arguments arguments) {
    return Value.Bool.of(matches(text, arguments, (part, affix) -> part.endsWith(affix)));
  }

  private interface Affix {
    boolean test(String part, String affix);
  }

  private static boolean matches(Text text, Arguments arguments, Affix test) {
    Arguments.Bound bound = arguments.bindPositional("startswith", "prefix", "start", "end");
    Value wanted = bound.require(0);
    List<Value> choices =
        wanted instanceof Sequence tuple && tuple.isTuple() ? tuple.items() : List.of(wanted);
    int[] window = window(text, bound);
    for (Value choice : choices) {
      if (!(choice instanceof Text affix)) {
        throw new TemplateException(
            "startswith and endswith want str or a tuple of str, found " + Types.name(choice));
      }
      if (window[0] <= window[1]
          && test.test(text.toString().substring(window[0], window[1]), affix.toString())) {
        return true;
      }
    }
    return false;
  }

  /// The part of a text that arguments 1 and 2 name, in UTF-16 units; it may end before its start.
  private static int[] window(Text text, Arguments.Bound bound) {
    boolean isWhole = bound.orNone(1) == Value.None.NONE && bound.orNone(2) == Value.None.NONE;
    if (isWhole) {
      return new int[] {0, text.length()};
    }
    int length = text.codePointCount();
    int start = bound.orNone(1) == Value.None.NONE ? 0 : Types.smallInteger(bound.orNone(1));
    int end = bound.orNone(2) == Value.None.NONE ? length : Types.smallInteger(bound.orNone(2));
    if (start > length) {
      return new int[] {1, 0};
    }
    return new int[] {
      text.offset(Methods.place(start, length)), text.offset(Methods.place(end, length))
    };
  }
}
