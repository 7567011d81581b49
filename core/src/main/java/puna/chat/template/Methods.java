package puna.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Bytes;
import puna.chat.template.python.BytesMethods;
import puna.chat.template.python.Comparing;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Member;
import puna.chat.template.python.NumberMethods;
import puna.chat.template.python.Printing;
import puna.chat.template.python.Ranges;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The methods of values. Those that would change a value in place are refused, as the immutable
/// sandbox refuses them.
final class Methods {
  private static final Map<String, Method<Dict>> DICT =
      Map.of(
          "get", Methods::get,
          "items", (dict, arguments) -> view(Sequence.Kind.DICT_ITEMS, dict.items(), arguments),
          "keys", (dict, arguments) -> view(Sequence.Kind.DICT_KEYS, dict.keys(), arguments),
          "values", (dict, arguments) -> view(Sequence.Kind.DICT_VALUES, dict.values(), arguments),
          "copy", (dict, arguments) -> same(dict, arguments),
          "fromkeys", (_, arguments) -> fromKeys(arguments));
  private static final Map<String, Method<Sequence>> LIST =
      Map.of(
          "count", Methods::count,
          "index", Methods::index,
          "copy", (list, arguments) -> same(list, arguments));
  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");

  private Methods() {}

  /// What a method of one type does.
  interface Method<T extends Value> {
    Value call(T receiver, Arguments arguments);
  }

  /// The method of that name, bound to its value.
  static Optional<Value> find(Value value, String name) {
    return switch (value) {
      case Text text when text.isSafe() && name.equals("striptags") ->
          Optional.of(Member.function(name, arguments -> HtmlFilters.stripTags(text, arguments)));
      case Text text when text.isSafe() && name.equals("unescape") ->
          Optional.of(Member.function(name, arguments -> HtmlFilters.unescape(text, arguments)));
      case Text text -> bind(text, name, TextMethods.find(name));
      case Dict _ when DICT_CHANGES.contains(name) -> Optional.of(refused(value, name));
      case Dict dict -> bind(dict, name, Optional.ofNullable(DICT.get(name)));
      case Sequence sequence when sequence.kind() == Sequence.Kind.LIST ->
          LIST_CHANGES.contains(name)
              ? Optional.of(refused(value, name))
              : bind(sequence, name, Optional.ofNullable(LIST.get(name)));
      case Sequence group when group.kind() == Sequence.Kind.GROUP && name.equals("grouper") ->
          Optional.of(group.items().get(0));
      case Sequence group when group.kind() == Sequence.Kind.GROUP && name.equals("list") ->
          Optional.of(group.items().get(1));
      case Bytes bytes -> BytesMethods.find(bytes, name);
      case Value.Int _, Value.Bool _, Value.Real _ -> NumberMethods.find(value, name);
      case Sequence sequence -> row(sequence, name);
      default -> Optional.empty();
    };
  }

  /// What tuples, ranges and the views of dicts have.
  private static Optional<Value> row(Sequence sequence, String name) {
    if (sequence.isIndexable()) {
      return name.equals("copy")
          ? Optional.empty()
          : Ranges.attribute(sequence, name)
              .or(() -> bind(sequence, name, Optional.ofNullable(LIST.get(name))));
    }
    boolean isSet = sequence.kind() != Sequence.Kind.DICT_VALUES;
    return isSet && name.equals("isdisjoint")
        ? Optional.of(Member.function(name, arguments -> isDisjoint(sequence, arguments)))
        : Optional.empty();
  }

  private static Value isDisjoint(Sequence view, Arguments arguments) {
    for (Value element : elements(arguments.bindPositional("isdisjoint", "other").require(0))) {
      arguments.runtime().charge(1 + view.weight());
      if (Comparing.contains(view, element)) {
        return Value.Bool.FALSE;
      }
    }
    return Value.Bool.TRUE;
  }

  private static <T extends Value> Optional<Value> bind(
      T receiver, String name, Optional<Method<T>> method) {
    return method.map(found -> Member.function(name, arguments -> found.call(receiver, arguments)));
  }

  private static Value refused(Value value, String name) {
    return new Value.Undefined(
        "access to attribute '%s' of '%s' object is unsafe: values cannot be changed in place"
            .formatted(name, Types.name(value)));
  }

  private static Value get(Dict dict, Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("get", "key", "default");
    return dict.get(bound.require(0)).orElseGet(() -> bound.orNone(1));
  }

  private static Value fromKeys(Arguments arguments) {
    Arguments.Bound bound = arguments.bindPositional("fromkeys", "iterable", "value");
    Dict.Builder dict = new Dict.Builder();
    for (Value key : elements(bound.require(0))) {
      dict.put(key, bound.orNone(1));
    }
    return dict.build();
  }

  private static Value view(Sequence.Kind kind, List<Value> items, Arguments arguments) {
    arguments.bindPositional("this method");
    return Sequence.of(kind, items);
  }

  private static Value same(Value value, Arguments arguments) {
    arguments.bindPositional("copy");
    return value;
  }

  private static Value count(Sequence list, Arguments arguments) {
    Value wanted = arguments.bindPositional("count", "value").require(0);
    return Value.Int.of(
        list.items().stream().filter(item -> Comparing.equal(item, wanted)).count());
  }

  private static Value index(Sequence list, Arguments arguments) {
    Arguments.Bound bound =
        list.kind() == Sequence.Kind.RANGE
            ? arguments.bindPositional("index", "value")
            : arguments.bindPositional("index", "value", "start", "stop");
    int size = list.items().size();
    int start = arguments.positional().size() < 2 ? 0 : place(bound.integer(1, 0), size);
    int stop = arguments.positional().size() < 3 ? size : place(bound.integer(2, size), size);
    for (int i = start; i < stop; i++) {
      if (Comparing.equal(list.items().get(i), bound.require(0))) {
        return Value.Int.of(i);
      }
    }
    throw new TemplateException(Printing.repr(bound.require(0)) + " is not in list");
  }

  /// An index within 0 and `length`, counted from the end where it is negative.
  static int place(int index, int length) {
    return index < 0 ? Math.max(0, index + length) : Math.min(index, length);
  }

  /// Elements as a list that can be added to.
  static List<Value> elements(Value value) {
    List<Value> elements = new ArrayList<>();
    Types.iterate(value).forEachRemaining(elements::add);
    return elements;
  }
}
