package puna.chat.template.python;

/// Python's `center`, `ljust`, `rjust`, `zfill` and `expandtabs`.
public final class Padding {
  private Padding() {}

  public static Value center(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("center", "width", "fillchar");
    bound.require(0);
    return center(text, bound.count(0, 0), fill(bound));
  }

  public static Text center(Text text, int width, Text fill) {
    int missing = missing(text, width);
    // CPython puts the odd one to the left where the width is odd
    int left = missing / 2 + (missing & width & 1);
    return pad(text, fill, left, missing - left);
  }

  public static Value leftJustify(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("ljust", "width", "fillchar");
    bound.require(0);
    return pad(text, fill(bound), 0, missing(text, bound.count(0, 0)));
  }

  public static Value rightJustify(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("rjust", "width", "fillchar");
    bound.require(0);
    return pad(text, fill(bound), missing(text, bound.count(0, 0)), 0);
  }

  public static Value zeroFill(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("zfill", "width");
    bound.require(0);
    int missing = missing(text, bound.count(0, 0));
    int sign = !text.isEmpty() && "+-".indexOf(text.toString().charAt(0)) >= 0 ? 1 : 0;
    return new TextBuilder()
        .append(text.slice(0, sign))
        .append(Arithmetic.repeat(Text.template("0"), missing))
        .append(text.slice(sign, text.length()))
        .build()
        .with(text.escaping());
  }

  public static Value expandTabs(Text text, Arguments arguments) {
    Value given = arguments.bind("expandtabs", "tabsize").find(0).orElse(Value.Int.of(8));
    if (Types.integer(given).bitLength() > 31) {
      throw new TemplateException("Python int too large to convert to C int");
    }
    int size = Types.smallInteger(given);
    TextBuilder out = new TextBuilder();
    int column = 0;
    for (Value point : text.codePoints()) {
      String c = point.toString();
      if (c.equals("\t")) {
        int spaces = size <= 0 ? 0 : size - column % size;
        out.append(Arithmetic.repeat(Text.template(" "), spaces));
        column += spaces;
      } else {
        out.append((Text) point);
        column = c.equals("\n") || c.equals("\r") ? 0 : column + 1;
      }
    }
    return out.build().with(text.escaping());
  }

  private static Text fill(Arguments.Bound bound) {
    Text fill = bound.text(1, " ");
    if (fill.codePointCount() != 1) {
      throw new TemplateException("the fill character must be exactly one character long");
    }
    return fill;
  }

  private static int missing(Text text, int width) {
    return Math.max(0, width - text.codePointCount());
  }

  private static Text pad(Text text, Text fill, int left, int right) {
    return new TextBuilder()
        .append(Arithmetic.repeat(fill, left))
        .append(text)
        .append(Arithmetic.repeat(fill, right))
        .build()
        .with(text.escaping());
  }
}
