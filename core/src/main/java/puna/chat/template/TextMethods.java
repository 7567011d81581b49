package puna.chat.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import puna.chat.template.Methods.Method;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Cases;
import puna.chat.template.python.CharacterClasses;
import puna.chat.template.python.Encoding;
import puna.chat.template.python.Html;
import puna.chat.template.python.Padding;
import puna.chat.template.python.Rendering;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.TextBuilder;
import puna.chat.template.python.Trimming;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The methods of Python's `str`.
final class TextMethods {
  private static final Map<String, Method<Text>> METHODS = methods();

  private TextMethods() {}

  static Optional<Method<Text>> find(String name) {
    return Optional.ofNullable(METHODS.get(name));
  }

  private static Map<String, Method<Text>> methods() {
    Map<String, Method<Text>> all = new HashMap<>();
    all.put("strip", (text, arguments) -> Trimming.strip(text, arguments, Trimming.Side.BOTH));
    all.put("lstrip", (text, arguments) -> Trimming.strip(text, arguments, Trimming.Side.LEFT));
    all.put("rstrip", (text, arguments) -> Trimming.strip(text, arguments, Trimming.Side.RIGHT));
    all.put("removeprefix", TextMethods::removePrefix);
    all.put("removesuffix", TextMethods::removeSuffix);
    all.put("split", Splitting::split);
    all.put("rsplit", Splitting::rsplit);
    all.put("splitlines", Splitting::splitLines);
    all.put("partition", Splitting::partition);
    all.put("rpartition", Splitting::rpartition);
    all.put("startswith", TextSearch::startsWith);
    all.put("endswith", TextSearch::endsWith);
    all.put("find", TextSearch::find);
    all.put("rfind", TextSearch::rfind);
    all.put("index", TextSearch::index);
    all.put("rindex", TextSearch::rindex);
    all.put("count", TextSearch::count);
    all.put("replace", TextMethods::replace);
    all.put("join", TextMethods::join);
    all.put("upper", (text, arguments) -> upper(noArguments(text, arguments)));
    all.put("lower", (text, arguments) -> lower(noArguments(text, arguments)));
    all.put("casefold", (text, arguments) -> noArguments(text, arguments).map(Cases::fold));
    all.put("capitalize", (text, arguments) -> capitalize(noArguments(text, arguments)));
    all.put("title", (text, arguments) -> noArguments(text, arguments).map(Cases::title));
    all.put("swapcase", (text, arguments) -> noArguments(text, arguments).map(Cases::swap));
    all.put("center", Padding::center);
    all.put("ljust", Padding::leftJustify);
    all.put("rjust", Padding::rightJustify);
    all.put("zfill", Padding::zeroFill);
    all.put("expandtabs", Padding::expandTabs);
    all.put("encode", Encoding::encode);
    all.put("translate", Translation::translate);
    all.put("maketrans", (_, arguments) -> Translation.makeTable(arguments));
    all.put("format", BraceFormat::format);
    all.put("format_map", BraceFormat::formatMap);
    CharacterClasses.ALL.forEach((name, test) -> all.put(name, question(test)));
    return Map.copyOf(all);
  }

  private static Method<Text> question(Predicate<String> test) {
    return (text, arguments) -> Value.Bool.of(test.test(noArguments(text, arguments).toString()));
  }

  private static Text noArguments(Text text, Arguments arguments) {
    arguments.bindPositional("this method");
    return text;
  }

  static Text upper(Text text) {
    return text.map(chars -> chars.toUpperCase(Locale.ROOT));
  }

  static Text lower(Text text) {
    return text.map(chars -> chars.toLowerCase(Locale.ROOT));
  }

  static Text capitalize(Text text) {
    return text.map(Cases::capitalize);
  }

  private static Value removePrefix(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("removeprefix", "prefix");
    bound.require(0);
    Text prefix = bound.text(0, "");
    return text.toString().startsWith(prefix.toString())
        ? text.slice(prefix.length(), text.length())
        : text;
  }

  private static Value removeSuffix(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("removesuffix", "suffix");
    bound.require(0);
    Text suffix = bound.text(0, "");
    return text.toString().endsWith(suffix.toString())
        ? text.slice(0, text.length() - suffix.length())
        : text;
  }

  private static Value replace(Text text, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("replace", "old", "new", "count");
    bound.require(1);
    int count = bound.count(2, -1);
    return replace(
        arguments.runtime(), text, bound.text(0, ""), new Replacement(bound.text(1, ""), count));
  }

  /// @param count how many places at most; below zero all
  record Replacement(Text with, int count) {}

  static Text replace(Rendering runtime, Text text, Text old, Replacement replacement) {
    TextSearch.charge(runtime, text, old);
    Text with = text.isSafe() ? Html.escape(replacement.with()) : replacement.with();
    TextBuilder out = new TextBuilder();
    String chars = text.toString();
    int at = 0;
    int left = replacement.count() < 0 ? Integer.MAX_VALUE : replacement.count();
    if (old.isEmpty()) {
      while (left-- > 0 && at < chars.length()) {
        int next = at + Character.charCount(chars.codePointAt(at));
        out.append(with).append(text.slice(at, next));
        at = next;
      }
      out.append(text.slice(at, chars.length())).append(left >= 0 ? with : Text.EMPTY);
      return out.build().with(text.escaping());
    }
    int found = chars.indexOf(old.toString());
    while (found >= 0 && left-- > 0) {
      out.append(text.slice(at, found)).append(with);
      at = found + old.length();
      found = chars.indexOf(old.toString(), at);
    }
    return out.append(text.slice(at, chars.length())).build().with(text.escaping());
  }

  private static Value join(Text separator, Arguments arguments) {
    List<Text> parts = new ArrayList<>();
    for (Value element :
        Methods.elements(arguments.bindPositional("join", "iterable").require(0))) {
      if (!separator.isSafe() && !(element instanceof Text)) {
        throw new TemplateException(
            "sequence item %s: expected str instance, %s found"
                .formatted(parts.size(), Types.name(element)));
      }
      Text part = TextFilters.soft(element);
      parts.add(separator.isSafe() ? Html.escape(part) : part);
    }
    return join(separator, parts).with(separator.escaping());
  }

  static Text join(Text separator, List<Text> parts) {
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < parts.size(); i++) {
      out.append(i == 0 ? Text.EMPTY : separator).append(parts.get(i));
    }
    return out.build();
  }
}
