package puna.chat.template;

import puna.chat.template.python.Arguments;
import puna.chat.template.python.Bytes;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// Python's `str.translate` and `str.maketrans`.
final class Translation {
  private Translation() {}

  static Value translate(Text text, Arguments arguments) {
    Value table = arguments.bindPositional("translate", "table").require(0);
    TextBuilder out = new TextBuilder();
    for (Value each : text.codePoints()) {
      Text point = (Text) each;
      Value found = look(table, point.toString().codePointAt(0));
      switch (found) {
        case Value.Undefined _ -> out.append(point);
        case Value.None _ -> {}
        case Text replacement -> out.append(replacement);
        case Value.Int _, Value.Bool _ -> out.data(character(found));
        default ->
            throw new TemplateException(
                "character mapping must return integer, None or str, found " + Types.name(found));
      }
    }
    arguments.runtime().charge(out.length() / 16);
    return out.build().with(text.escaping());
  }

  /// What a table has for a character; undefined where it has nothing.
  private static Value look(Value table, int point) {
    Types.requireDefined(table);
    return switch (table) {
      case Dict dict ->
          dict.get(Value.Int.of(point)).orElseGet(() -> new Value.Undefined("no entry"));
      case Text _, Sequence _, Bytes _ when !(table instanceof Sequence row) || row.isIndexable() ->
          Access.item(table, Value.Int.of(point));
      default ->
          throw new TemplateException("'" + Types.name(table) + "' object is not subscriptable");
    };
  }

  private static String character(Value value) {
    int point = Types.smallInteger(value);
    if (!Character.isValidCodePoint(point)) {
      throw new TemplateException("character mapping must be in range(0x110000)");
    }
    return Character.toString(point);
  }

  static Value makeTable(Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("maketrans", "x", "y", "z");
    if (arguments.positional().size() == 1) {
      return ofDict(bound.require(0));
    }
    int[] from = points(bound.require(0));
    int[] to = points(bound.require(1));
    int[] deleted = arguments.positional().size() > 2 ? points(bound.require(2)) : new int[0];
    if (from.length != to.length) {
      throw new TemplateException("the first two maketrans arguments must have equal length");
    }
    Dict.Builder table = new Dict.Builder();
    for (int i = 0; i < from.length; i++) {
      table.put(Value.Int.of(from[i]), Value.Int.of(to[i]));
    }
    for (int point : deleted) {
      table.put(Value.Int.of(point), Value.None.NONE);
    }
    return table.build();
  }

  private static int[] points(Value value) {
    if (value instanceof Text text) {
      return text.toString().codePoints().toArray();
    }
    throw new TemplateException("maketrans wants str arguments, found " + Types.name(value));
  }

  private static Value ofDict(Value value) {
    if (!(value instanceof Dict dict)) {
      throw new TemplateException(
          "if you give only one argument to maketrans it must be a dict, found "
              + Types.name(value));
    }
    Dict.Builder table = new Dict.Builder();
    for (Dict.Entry entry : dict.entries()) {
      table.put(key(entry.key()), entry.value());
    }
    return table.build();
  }

  private static Value key(Value key) {
    return switch (key) {
      case Value.Int _, Value.Bool _ -> key;
      case Text text when text.codePointCount() == 1 ->
          Value.Int.of(text.toString().codePointAt(0));
      case Text _ ->
          throw new TemplateException("string keys in translate table must be of length 1");
      default -> throw new TemplateException("keys in translate table must be strings or integers");
    };
  }
}
