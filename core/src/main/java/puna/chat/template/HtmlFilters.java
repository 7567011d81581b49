package puna.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import puna.chat.template.Filters.Filter;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Html;
import puna.chat.template.python.Printing;
import puna.chat.template.python.Rendering;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The filters that read or write HTML.
final class HtmlFilters {
  private HtmlFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put("striptags", HtmlFilters::stripTags);
    all.put("xmlattr", HtmlFilters::attributes);
    all.put("urlize", Links::urlize);
  }

  /// The method of texts that are HTML.
  static Value unescape(Text text, Arguments arguments) {
    arguments.bindPositional("unescape");
    return text.derive(Entities.unescape(text.toString())).with(Text.Escaping.NONE);
  }

  static Value stripTags(Value value, Arguments arguments) {
    arguments.bind("striptags");
    Text text = Printing.string(value);
    StringBuilder kept = new StringBuilder(text.toString());
    remove(kept, "<!--", "-->", arguments.runtime());
    remove(kept, "<", ">", arguments.runtime());
    Value words = Splitting.words(Text.template(kept.toString()));
    String joined =
        Methods.elements(words).stream().map(Object::toString).collect(Collectors.joining(" "));
    return text.derive(Entities.unescape(joined)).with(Text.Escaping.NONE);
  }

  /// Takes away everything from a mark to the next end. What then meets may be a mark again.
  private static void remove(StringBuilder text, String open, String close, Rendering runtime) {
    int start = text.indexOf(open);
    while (start >= 0) {
      int end = text.indexOf(close, start);
      if (end < 0) {
        return;
      }
      runtime.charge(1 + text.length() / 64);
      text.delete(start, end + close.length());
      start = text.indexOf(open, Math.max(0, start - open.length()));
    }
  }

  private static Value attributes(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("xmlattr", "autospace");
    boolean isSpaced = bound.find(0).map(Types::isTrue).orElse(true);
    Types.requireDefined(value);
    if (!(value instanceof Dict dict)) {
      throw new TemplateException("xmlattr wants a dict, found " + Types.name(value));
    }
    List<Text> items = new ArrayList<>();
    for (Dict.Entry entry : dict.entries()) {
      if (entry.value() == Value.None.NONE || entry.value() instanceof Value.Undefined) {
        continue;
      }
      TextBuilder item = new TextBuilder().append(Html.escape(attributeName(entry.key())));
      item.template("=\"").append(Html.escape(TextFilters.soft(entry.value()))).template("\"");
      items.add(item.build());
    }
    Text joined = TextMethods.join(Text.template(" "), items);
    Text spaced = isSpaced && !joined.isEmpty() ? Text.template(" ").plus(joined) : joined;
    return spaced.with(arguments.runtime().escaping());
  }

  private static Text attributeName(Value key) {
    if (!(key instanceof Text name)) {
      throw new TemplateException("an attribute's name must be a str, found " + Types.name(key));
    }
    if (name.toString().chars().anyMatch(c -> " \t\n\r\f\u000B/>=".indexOf(c) >= 0)) {
      throw new TemplateException("invalid character in attribute name: " + Printing.repr(name));
    }
    return name;
  }
}
