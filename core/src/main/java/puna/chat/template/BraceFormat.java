package puna.chat.template;

import java.math.BigInteger;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.CharacterClasses;
import puna.chat.template.python.Dict;
import puna.chat.template.python.FieldFormat;
import puna.chat.template.python.Html;
import puna.chat.template.python.Printing;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// Python's `str.format`, as the sandbox of Jinja2 runs it: fields by number or name with
/// conversions and specifications, whose own fields are filled in first.
final class BraceFormat {
  /// How deep fields may stand in specifications, the outermost included.
  private static final int LEVELS = 2;

  private final Text format;
  private final Values values;

  /// What fields are numbered by: -1 once one was numbered by hand.
  private int automatic;

  /// Where fields find their values.
  interface Values {
    /// @throws TemplateException when there is none
    Value at(int index);

    /// @throws TemplateException when there is none
    Value named(String name);
  }

  private BraceFormat(Text format, Values values) {
    this.format = format;
    this.values = values;
  }

  static Value format(Text format, Arguments arguments) {
    return format(
        format,
        new Values() {
          @Override
          public Value at(int index) {
            if (index >= arguments.positional().size()) {
              throw new TemplateException("replacement index " + index + " out of range");
            }
            return arguments.positional().get(index);
          }

          @Override
          public Value named(String name) {
            Value value = arguments.named().get(name);
            if (value == null) {
              throw new TemplateException("the format has no value for '" + name + "'");
            }
            return value;
          }
        });
  }

  /// `str.format_map`.
  static Value formatMap(Text format, Arguments arguments) {
    Value mapping = arguments.bindPositional("format_map", "mapping").require(0);
    return format(
        format,
        new Values() {
          @Override
          public Value at(int index) {
            throw new TemplateException("replacement index " + index + " out of range");
          }

          @Override
          public Value named(String name) {
            Types.requireDefined(mapping);
            if (!(mapping instanceof Dict dict)) {
              throw new TemplateException("format_map wants a dict, found " + Types.name(mapping));
            }
            return dict.get(name)
                .orElseThrow(
                    () -> new TemplateException("the format has no value for '" + name + "'"));
          }
        });
  }

  private static Value format(Text format, Values values) {
    return new BraceFormat(format, values).run(format, LEVELS).with(format.escaping());
  }

  private Text run(Text text, int levels) {
    String chars = text.toString();
    TextBuilder out = new TextBuilder();
    int clean = 0;
    int at = 0;
    while (at < chars.length()) {
      char c = chars.charAt(at);
      if (c != '{' && c != '}') {
        at++;
        continue;
      }
      boolean isDoubled = at + 1 < chars.length() && chars.charAt(at + 1) == c;
      out.append(text.slice(clean, isDoubled ? at + 1 : at));
      if (isDoubled) {
        at += 2;
      } else {
        if (c == '}' || at + 1 == chars.length()) {
          throw new TemplateException("Single '" + c + "' encountered in format string");
        }
        Field field = Field.parse(text, at + 1);
        out.append(value(field, levels));
        at = field.end();
      }
      clean = at;
    }
    return out.append(text.slice(clean, chars.length())).build();
  }

  /// A field as it is written.
  ///
  /// @param conversion the letter behind `!`, -1 for none
  /// @param end the position behind the closing brace
  private record Field(String name, int conversion, Text specification, int end) {
    static Field parse(Text text, int start) {
      String chars = text.toString();
      int at = start;
      while (at < chars.length() && "}:!".indexOf(chars.charAt(at)) < 0) {
        if (chars.charAt(at) == '{') {
          throw new TemplateException("unexpected '{' in field name");
        }
        int close = chars.charAt(at) == '[' ? chars.indexOf(']', at) : at;
        at = close < 0 ? chars.length() : close + 1;
      }
      if (at >= chars.length()) {
        throw new TemplateException("expected '}' before end of string");
      }
      char c = chars.charAt(at);
      String name = chars.substring(start, at++);
      int conversion = -1;
      if (c == '!') {
        if (at >= chars.length()) {
          throw new TemplateException("end of string while looking for conversion specifier");
        }
        conversion = chars.codePointAt(at);
        at += Character.charCount(conversion);
        c = at < chars.length() ? chars.charAt(at++) : ':';
        if (c != '}' && c != ':') {
          throw new TemplateException("expected ':' after conversion specifier");
        }
      }
      int end = c == '}' ? at - 1 : closing(chars, at);
      return new Field(name, conversion, text.slice(Math.min(at, end), end), end + 1);
    }

    private static int closing(String chars, int from) {
      int open = 1;
      for (int at = from; at < chars.length(); at++) {
        open += chars.charAt(at) == '{' ? 1 : chars.charAt(at) == '}' ? -1 : 0;
        if (open == 0) {
          return at;
        }
      }
      throw new TemplateException("unmatched '{' in format spec");
    }
  }

  private Text value(Field field, int levels) {
    Value value = converted(resolve(numbered(field.name())), field.conversion());
    if (levels == 0) {
      throw new TemplateException("Max string recursion exceeded");
    }
    Text specification = run(field.specification(), levels - 1);
    if (!format.isSafe()) {
      return FieldFormat.format(value, specification);
    }
    if (value instanceof Text text && text.isSafe()) {
      if (!specification.isEmpty()) {
        throw new TemplateException("Unsupported format specification for Markup.");
      }
      return text.with(Text.Escaping.NONE);
    }
    return Html.escape(FieldFormat.format(value, specification)).with(Text.Escaping.NONE);
  }

  private static Value converted(Value value, int conversion) {
    return switch (conversion) {
      case -1 -> value;
      case 's' -> Printing.string(value);
      case 'r' -> Printing.repr(value);
      case 'a' -> Printing.ascii(value);
      default ->
          throw new TemplateException(
              "Unknown conversion specifier '" + Character.toString(conversion) + "'");
    };
  }

  /// The name with its number, where fields are numbered by their order.
  private String numbered(String name) {
    if (name.isEmpty()) {
      if (automatic < 0) {
        throw mixed();
      }
      return String.valueOf(automatic++);
    }
    if (name.codePoints().allMatch(CharacterClasses::isDigit)) {
      if (automatic > 0) {
        throw mixed();
      }
      automatic = -1;
    }
    return name;
  }

  private static TemplateException mixed() {
    return new TemplateException(
        "cannot switch between manual field specification and automatic field numbering");
  }

  private Value resolve(String path) {
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    String first = path.substring(0, end);
    int index = index(first);
    Value value = index < 0 ? values.named(first) : values.at(index);
    while (end < path.length()) {
      char c = path.charAt(end);
      if (c != '.' && c != '[') {
        throw new TemplateException("Only '.' or '[' may follow ']' in format field specifier");
      }
      int stop = c == '[' ? path.indexOf(']', end) : end + 1;
      while (c == '.' && stop < path.length() && ".[".indexOf(path.charAt(stop)) < 0) {
        stop++;
      }
      if (stop < 0) {
        throw new TemplateException("Missing ']' in format string");
      }
      String name = path.substring(end + 1, stop);
      if (name.isEmpty()) {
        throw new TemplateException("Empty attribute in format string");
      }
      value = c == '.' ? Access.attribute(value, name) : Access.item(value, key(name));
      end = c == '[' ? stop + 1 : stop;
    }
    return value;
  }

  private static Value key(String name) {
    int index = index(name);
    return index < 0 ? Text.template(name) : new Value.Int(BigInteger.valueOf(index));
  }

  /// The number that a name is, -1 for none.
  private static int index(String name) {
    if (name.isEmpty() || !name.codePoints().allMatch(CharacterClasses::isDecimal)) {
      return -1;
    }
    long index = 0;
    for (int point : name.codePoints().toArray()) {
      index = Math.min(Integer.MAX_VALUE + 1L, index * 10 + Character.digit(point, 10));
    }
    if (index > Integer.MAX_VALUE) {
      throw new TemplateException("Too many decimal digits in format string");
    }
    return (int) index;
  }
}
