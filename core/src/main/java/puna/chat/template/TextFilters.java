package puna.chat.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import puna.chat.template.Filters.Filter;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Arithmetic;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Html;
import puna.chat.template.python.Padding;
import puna.chat.template.python.PercentFormat;
import puna.chat.template.python.Printing;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Trimming;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The filters that make text.
final class TextFilters {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern WORD_START =
      Pattern.compile("[-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put("string", (value, arguments) -> plain("string", soft(value), arguments));
    all.put(
        "trim",
        (value, arguments) ->
            Trimming.strip(
                soft(value), arguments.bind("trim", "chars").orNone(0), Trimming.Side.BOTH));
    all.put(
        "upper", (value, arguments) -> TextMethods.upper(plain("upper", soft(value), arguments)));
    all.put(
        "lower", (value, arguments) -> TextMethods.lower(plain("lower", soft(value), arguments)));
    all.put(
        "capitalize",
        (value, arguments) -> TextMethods.capitalize(plain("capitalize", soft(value), arguments)));
    all.put("title", (value, arguments) -> title(plain("title", soft(value), arguments)));
    all.put("replace", TextFilters::replace);
    all.put("indent", TextFilters::indent);
    all.put("join", TextFilters::join);
    all.put(
        "center",
        (value, arguments) ->
            Padding.center(
                soft(value), arguments.bind("center", "width").integer(0, 80), Text.template(" ")));
    all.put("truncate", TextFilters::truncate);
    all.put(
        "wordcount", (value, arguments) -> wordCount(plain("wordcount", soft(value), arguments)));
    all.put("format", (value, arguments) -> format(soft(value), arguments));
    all.put(
        "safe",
        (value, arguments) -> plain("safe", soft(value), arguments).with(Text.Escaping.SAFE));
    all.put("e", TextFilters::escape);
    all.put("escape", TextFilters::escape);
    all.put(
        "forceescape",
        (value, arguments) -> Html.escape(plain("forceescape", Printing.string(value), arguments)));
    all.put("urlencode", TextFilters::urlEncode);
  }

  private static Text plain(String filter, Text text, Arguments arguments) {
    arguments.bind(filter);
    return text;
  }

  private static Value escape(Value value, Arguments arguments) {
    return Html.escape(plain("escape", soft(value), arguments));
  }

  /// The text of a value, which stays HTML where it is.
  static Text soft(Value value) {
    return value instanceof Text text ? text : Printing.string(value);
  }

  private static Text title(Text text) {
    Text plain = text.with(Text.Escaping.NONE);
    return plain.map(chars -> {
      StringBuilder out = new StringBuilder();
      Matcher start = WORD_START.matcher(chars);
      int at = 0;
      while (at < chars.length()) {
        int end = start.find(at) ? start.start() : chars.length();
        if (end == at) {
          out.append(chars, at, start.end());
          at = start.end();
        } else {
          int first = Character.charCount(chars.codePointAt(at));
          out.append(chars.substring(at, at + first).toUpperCase(java.util.Locale.ROOT))
              .append(chars.substring(at + first, end).toLowerCase(java.util.Locale.ROOT));
          at = end;
        }
      }
      return out.toString();
    });
  }

  private static Value replace(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("replace", "old", "new", "count");
    int count = bound.orNone(2) == Value.None.NONE ? -1 : bound.integer(2, -1);
    Text text = soft(value);
    Text old = soft(bound.require(0));
    Text with = soft(bound.require(1));
    if (arguments.runtime().escaping() == Text.Escaping.NONE) {
      text = text.with(Text.Escaping.NONE);
      with = with.with(Text.Escaping.NONE);
    } else if (old.isSafe() || with.isSafe()) {
      text = Html.escape(text);
    }
    return TextMethods.replace(
        arguments.runtime(), text, old, new TextMethods.Replacement(with, count));
  }

  private static Value indent(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("indent", "width", "first", "blank");
    if (!(value instanceof Text text)) {
      throw new TemplateException("indent wants a str, found " + Types.name(value));
    }
    Text width =
        bound.find(0).orElse(Value.Int.of(4)) instanceof Text given
            ? given
            : Arithmetic.repeat(Text.template(" "), Math.max(0, bound.integer(0, 4)));
    // the added line break makes a text that ends with one keep it
    Text whole = text.plus(Text.template("\n"));
    TextBuilder out = new TextBuilder().append(bound.isTrue(1) ? width : Text.EMPTY);
    boolean isFirst = true;
    for (int[] line : Splitting.lines(whole.toString())) {
      if (!isFirst) {
        out.template("\n").append(line[1] > line[0] || bound.isTrue(2) ? width : Text.EMPTY);
      }
      out.append(whole.slice(line[0], line[1]));
      isFirst = false;
    }
    return out.build().with(text.escaping());
  }

  private static Value join(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("join", "d", "attribute");
    boolean escapes = arguments.runtime().escaping() == Text.Escaping.SAFE;
    List<Text> parts = new ArrayList<>();
    for (Value element : Methods.elements(value)) {
      Value part =
          bound.orNone(1) == Value.None.NONE
              ? element
              : AttributePath.of(bound.orNone(1)).get(element);
      parts.add(escapes ? soft(part) : Printing.string(part));
    }
    Text separator = soft(bound.find(0).orElse(Text.EMPTY));
    boolean isHtml = escapes && (separator.isSafe() || parts.stream().anyMatch(Text::isSafe));
    return isHtml
        ? TextMethods.join(Html.escape(separator), parts.stream().map(Html::escape).toList())
            .with(Text.Escaping.SAFE)
        : TextMethods.join(separator.with(Text.Escaping.NONE), parts);
  }

  private static Value truncate(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("truncate", "length", "killwords", "end", "leeway");
    int length = bound.integer(0, 255);
    Text end = bound.text(2, "...");
    int leeway = bound.orNone(3) == Value.None.NONE ? 5 : bound.integer(3, 5);
    int room = length - end.codePointCount();
    if (room < 0 || leeway < 0) {
      throw new TemplateException("truncate: the length must hold the end, and leeway be positive");
    }
    if (Types.length(value) <= (long) length + leeway) {
      return value;
    }
    if (!(value instanceof Text text)) {
      throw new TemplateException("truncate wants a str, found " + Types.name(value));
    }
    Text kept = text.slice(0, text.offset(room));
    int space = kept.toString().lastIndexOf(' ');
    if (!bound.isTrue(1) && space >= 0) {
      kept = kept.slice(0, space);
    }
    return kept.plus(end);
  }

  private static Value wordCount(Text text) {
    return Value.Int.of(WORD.matcher(text.toString()).results().count());
  }

  private static Value format(Text text, Arguments arguments) {
    if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
      throw new TemplateException(
          "format cannot take positional and keyword arguments at the same time");
    }
    if (arguments.named().isEmpty()) {
      return PercentFormat.format(text, Sequence.tuple(arguments.positional()));
    }
    Dict.Builder named = new Dict.Builder();
    arguments.named().forEach((name, value) -> named.put(Text.template(name), value));
    return PercentFormat.format(text, named.build());
  }

  private static Value urlEncode(Value value, Arguments arguments) {
    arguments.bind("urlencode");
    if (value instanceof Text text) {
      return text.derive(quote(text.toString(), "/")).with(Text.Escaping.NONE);
    }
    List<Text> pairs = new ArrayList<>();
    if (!Types.isIterable(value)) {
      return Text.template(quote(Printing.string(value).toString(), "/"));
    }
    List<Value> items = value instanceof Dict dict ? dict.items() : Methods.elements(value);
    for (Value item : items) {
      List<Value> pair = Methods.elements(item);
      if (pair.size() != 2) {
        throw new TemplateException("urlencode wants a str, a dict or pairs");
      }
      pairs.add(quoteField(pair.get(0)).plus(Text.template("=")).plus(quoteField(pair.get(1))));
    }
    return TextMethods.join(Text.template("&"), pairs);
  }

  private static Text quoteField(Value value) {
    Text text = Printing.string(value);
    return text.derive(quote(text.toString(), "").replace("%20", "+"));
  }

  private static String quote(String text, String kept) {
    StringBuilder out = new StringBuilder();
    for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (unit & 0xFF);
      boolean isPlain =
          c < 0x80
              && (Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0 || kept.indexOf(c) >= 0);
      out.append(
          isPlain ? String.valueOf(c) : String.format(java.util.Locale.ROOT, "%%%02X", (int) c));
    }
    return out.toString();
  }
}
