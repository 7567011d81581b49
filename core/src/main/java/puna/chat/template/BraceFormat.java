package puna.chat.template;

/// Python's `str.format`, with fields by number or name and without format specifications.
final class BraceFormat {
  private final Text format;
  private final Arguments arguments;
  private final TextBuilder out = new TextBuilder();
  private int automatic;

  private BraceFormat(Text format, Arguments arguments) {
    this.format = format;
    this.arguments = arguments;
  }

  static Value format(Text format, Arguments arguments) {
    return new BraceFormat(format, arguments).run().with(format.escaping());
  }

  private Text run() {
    String chars = format.toString();
    int clean = 0;
    int at = 0;
    while (at < chars.length()) {
      char c = chars.charAt(at);
      if (c != '{' && c != '}') {
        at++;
        continue;
      }
      out.append(format.slice(clean, at));
      boolean isDoubled = at + 1 < chars.length() && chars.charAt(at + 1) == c;
      if (isDoubled) {
        out.append(format.slice(at, at + 1));
        at += 2;
      } else {
        int end = chars.indexOf('}', at);
        if (c == '}' || end < 0) {
          throw new TemplateException("single '" + c + "' encountered in format string");
        }
        field(chars.substring(at + 1, end));
        at = end + 1;
      }
      clean = at;
    }
    return out.append(format.slice(clean, chars.length())).build();
  }

  private void field(String field) {
    if (field.indexOf(':') >= 0 || field.indexOf('{') >= 0) {
      throw new TemplateException("format specifications are not supported, found {" + field + "}");
    }
    int mark = field.indexOf('!');
    String path = mark < 0 ? field : field.substring(0, mark);
    String conversion = mark < 0 ? "s" : field.substring(mark + 1);
    Value value = resolve(path);
    out.append(
        switch (conversion) {
          case "s" -> Printing.string(value);
          case "r" -> Printing.repr(value);
          default -> throw new TemplateException("unknown conversion '!" + conversion + "'");
        });
  }

  private Value resolve(String path) {
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    Value value = argument(path.substring(0, end));
    while (end < path.length()) {
      boolean isItem = path.charAt(end) == '[';
      int stop = isItem ? path.indexOf(']', end) : end + 1;
      while (!isItem && stop < path.length() && ".[".indexOf(path.charAt(stop)) < 0) {
        stop++;
      }
      if (stop < 0) {
        throw new TemplateException("missing ']' in format string");
      }
      String name = path.substring(end + 1, stop);
      value =
          isItem ? AttributePath.of(Text.template(name)).get(value) : Access.attribute(value, name);
      end = isItem ? stop + 1 : stop;
    }
    return value;
  }

  private Value argument(String name) {
    boolean isNumber = name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() < 6;
    if (!isNumber) {
      Value value = arguments.named().get(name);
      if (value == null) {
        throw new TemplateException("the format has no value for '" + name + "'");
      }
      return value;
    }
    int index = name.isEmpty() ? automatic++ : Integer.parseInt(name);
    if (index >= arguments.positional().size()) {
      throw new TemplateException("replacement index " + index + " out of range");
    }
    return arguments.positional().get(index);
  }
}
