package puna.chat.template;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.JsonText;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The filters of the dialect, by name.
final class Filters {
  private static final Map<String, Filter> ALL = all();

  private Filters() {}

  /// What a filter makes of a value.
  interface Filter {
    Value apply(Value value, Arguments arguments);
  }

  static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  /// @throws TemplateException when there is no such filter, or it cannot take the value
  static Value apply(String name, Value value, Arguments arguments) {
    Filter filter = ALL.get(name);
    if (filter == null) {
      throw new TemplateException("there is no filter named '" + name + "'");
    }
    return filter.apply(value, arguments);
  }

  private static Map<String, Filter> all() {
    Map<String, Filter> all = new HashMap<>();
    TextFilters.addTo(all);
    HtmlFilters.addTo(all);
    NumberFilters.addTo(all);
    SequenceFilters.addTo(all);
    SelectingFilters.addTo(all);
    all.put("pprint", PrettyPrint::apply);
    all.put("wordwrap", WordWrap::apply);
    all.put("random", Filters::random);
    all.put("d", Filters::fallback);
    all.put("default", Filters::fallback);
    all.put("tojson", Filters::json);
    all.put(
        "attr",
        (value, arguments) -> AttributePath.own(value, arguments.bind("attr", "name").require(0)));
    return Map.copyOf(all);
  }

  private static Value fallback(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("default", "default_value", "boolean");
    boolean isMissing = value instanceof Value.Undefined || bound.isTrue(1) && !Types.isTrue(value);
    return isMissing ? bound.find(0).orElse(Text.EMPTY) : value;
  }

  /// One of its elements, whichever.
  private static Value random(Value value, Arguments arguments) {
    arguments.bind("random");
    int length = Types.length(value);
    if (length == 0) {
      return new Value.Undefined("No random item, sequence was empty.");
    }
    Value found =
        value instanceof Sequence row && !row.isIndexable()
            ? new Value.Undefined("'" + Types.name(value) + "' object is not subscriptable")
            : Access.item(value, Value.Int.of(ThreadLocalRandom.current().nextInt(length)));
    Types.requireDefined(found);
    return found;
  }

  private static Value json(Value value, Arguments arguments) {
    return JsonText.write(value, JsonArguments.style(arguments));
  }
}
