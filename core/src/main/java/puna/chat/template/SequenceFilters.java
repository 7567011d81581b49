package puna.chat.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.chat.template.Filters.Filter;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Arithmetic;
import puna.chat.template.python.Comparing;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Keys;
import puna.chat.template.python.Rendering;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.Sorting;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The filters on rows of values and dicts.
final class SequenceFilters {
  private SequenceFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put(
        "list",
        (value, arguments) -> {
          arguments.bind("list");
          return Sequence.list(Methods.elements(value));
        });
    all.put("items", SequenceFilters::items);
    all.put("first", SequenceFilters::first);
    all.put("last", SequenceFilters::last);
    all.put("reverse", SequenceFilters::reverse);
    all.put("dictsort", SequenceFilters::dictSort);
    all.put("sort", SequenceFilters::sort);
    all.put("unique", SequenceFilters::unique);
    all.put("min", (value, arguments) -> extreme(value, arguments, -1));
    all.put("max", (value, arguments) -> extreme(value, arguments, 1));
    all.put("sum", SequenceFilters::sum);
    all.put("batch", SequenceFilters::batch);
    all.put("slice", SequenceFilters::slice);
    all.put("groupby", SequenceFilters::groupBy);
  }

  private static Value items(Value value, Arguments arguments) {
    arguments.bind("items");
    // a generator: what is no dict fails only when it is walked through
    return new Value.Stream(
        new LazyIterator(() ->
            switch (value) {
              case Value.Undefined _ -> List.<Value>of().iterator();
              case Dict dict -> dict.items().iterator();
              default -> throw new TemplateException("Can only get item pairs from a mapping.");
            }));
  }

  private static Value first(Value value, Arguments arguments) {
    arguments.bind("first");
    Iterator<Value> values = Types.iterate(value);
    return values.hasNext() ? values.next() : empty("there is no first item");
  }

  private static Value last(Value value, Arguments arguments) {
    arguments.bind("last");
    Iterator<Value> values = reversed(value).iterator();
    return values.hasNext() ? values.next() : empty("there is no last item");
  }

  private static Value empty(String reason) {
    return new Value.Undefined(reason);
  }

  private static List<Value> reversed(Value value) {
    if (value instanceof Value.Stream) {
      throw new TemplateException("'" + Types.name(value) + "' object is not reversible");
    }
    return Methods.elements(value).reversed();
  }

  private static Value reverse(Value value, Arguments arguments) {
    arguments.bind("reverse");
    if (value instanceof Text text) {
      return Access.slice(text, Value.None.NONE, Value.None.NONE, Value.Int.of(-1));
    }
    List<Value> elements =
        value instanceof Value.Stream ? Methods.elements(value).reversed() : reversed(value);
    return new Value.Stream(elements.iterator());
  }

  private static Value dictSort(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
    int position =
        switch (bound.text(1, "key").toString()) {
          case "key" -> 0;
          case "value" -> 1;
          default ->
              throw new TemplateException("dictsort: you can only sort by \"key\" or \"value\"");
        };
    if (!(value instanceof Dict dict)) {
      throw new TemplateException("dictsort wants a dict, found " + Types.name(value));
    }
    List<Value> items = dict.items();
    Key key = item -> List.of(cased(((Sequence) item).items().get(position), bound.isTrue(0)));
    sort(items, key, SequenceFilters::orderSingle, bound.isTrue(2));
    return Sequence.list(items);
  }

  /// What values are sorted by.
  private interface Key {
    List<Value> of(Value value);
  }

  private static Value cased(Value value, Boolean isCaseSensitive) {
    return !isCaseSensitive && value instanceof Text text ? TextMethods.lower(text) : value;
  }

  private static void sort(
      List<Value> values, Key key, Comparator<List<Value>> order, Boolean isReversed) {
    record Keyed(List<Value> keys, Value value) {}
    List<Keyed> keyed = new ArrayList<>();
    values.forEach(value -> keyed.add(new Keyed(key.of(value), value)));
    Comparator<Keyed> byKeys = (a, b) -> order.compare(a.keys(), b.keys());
    Sorting.sort(keyed, isReversed ? byKeys.reversed() : byKeys);
    values.clear();
    keyed.forEach(entry -> values.add(entry.value()));
  }

  private static int orderSingle(List<Value> a, List<Value> b) {
    return Comparing.order(a.getFirst(), b.getFirst());
  }

  private static Value sort(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
    List<AttributePath> paths = new ArrayList<>();
    if (bound.orNone(2) instanceof Text attributes) {
      for (String attribute : attributes.toString().split(",", -1)) {
        paths.add(AttributePath.of(Text.template(attribute)));
      }
    } else {
      paths.add(path(bound.orNone(2)));
    }
    List<Value> values = Methods.elements(value);
    Key key =
        element -> {
          List<Value> keys = new ArrayList<>();
          paths.forEach(path -> keys.add(cased(path.get(element), bound.isTrue(1))));
          return keys;
        };
    sort(values, key, Comparing::orderItems, bound.isTrue(0));
    return Sequence.list(values);
  }

  private static AttributePath path(Value attribute) {
    return attribute == Value.None.NONE
        ? new AttributePath(List.of())
        : AttributePath.of(attribute);
  }

  private static Value unique(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
    AttributePath path = path(bound.orNone(1));
    Set<Object> seen = new HashSet<>();
    return new Value.Stream(
        new LazyIterator(() ->
            Evaluator.filtered(
                Types.iterate(value),
                element -> seen.add(Keys.of(cased(path.get(element), bound.isTrue(0)))))));
  }

  /// @param sign below zero for the least, above for the greatest
  private static Value extreme(Value value, Arguments arguments, int sign) {
    Arguments.Bound bound = arguments.bind("min", "case_sensitive", "attribute");
    AttributePath path = path(bound.orNone(1));
    Optional<Value> best = Optional.empty();
    for (Value element : Methods.elements(value)) {
      if (best.isEmpty()) {
        best = Optional.of(element);
      } else {
        Value a = cased(path.get(element), bound.isTrue(0));
        Value b = cased(path.get(best.get()), bound.isTrue(0));
        best =
            sign < 0
                ? Comparing.less(a, b) ? Optional.of(element) : best
                : Comparing.less(b, a) ? Optional.of(element) : best;
      }
    }
    return best.orElseGet(() -> empty("there is no aggregated item, the sequence was empty"));
  }

  private static Value sum(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("sum", "attribute", "start");
    AttributePath path = path(bound.orNone(0));
    Value total = bound.find(1).orElse(Value.Int.of(0));
    if (total instanceof Text) {
      throw new TemplateException("sum() can't sum strings");
    }
    for (Value element : Methods.elements(value)) {
      total = Arithmetic.apply(Arithmetic.Operator.ADD, total, path.get(element));
    }
    return total;
  }

  private static Value batch(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("batch", "linecount", "fill_with");
    bound.require(0);
    return new Value.Stream(new LazyIterator(() -> batches(value, bound, arguments.runtime())));
  }

  private static Iterator<Value> batches(Value value, Arguments.Bound bound, Rendering runtime) {
    // a size that is no number is never reached
    int size = Types.isNumber(bound.require(0)) ? Types.smallInteger(bound.require(0)) : -1;
    List<Value> batches = new ArrayList<>();
    List<Value> batch = new ArrayList<>();
    for (Value element : Methods.elements(value)) {
      if (batch.size() == size) {
        batches.add(Sequence.list(batch));
        batch = new ArrayList<>();
      }
      batch.add(element);
    }
    if (!batch.isEmpty()) {
      if (bound.orNone(1) != Value.None.NONE) {
        size = Types.smallInteger(bound.require(0));
        runtime.charge(Math.max(0, size - batch.size()));
        while (batch.size() < size) {
          batch.add(bound.orNone(1));
        }
      }
      batches.add(Sequence.list(batch));
    }
    return batches.iterator();
  }

  private static Value slice(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("slice", "slices", "fill_with");
    bound.require(0);
    return new Value.Stream(new LazyIterator(() -> slices(value, bound, arguments.runtime())));
  }

  private static Iterator<Value> slices(Value value, Arguments.Bound bound, Rendering runtime) {
    int slices = Types.smallInteger(bound.require(0));
    if (slices == 0) {
      throw new TemplateException("division by zero");
    }
    List<Value> values = Methods.elements(value);
    runtime.charge(Math.max(0, slices));
    List<Value> rows = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < slices; i++) {
      int size = values.size() / slices + (i < values.size() % slices ? 1 : 0);
      List<Value> row = new ArrayList<>(values.subList(start, start + size));
      start += size;
      if (bound.orNone(1) != Value.None.NONE && i >= values.size() % slices) {
        row.add(bound.orNone(1));
      }
      rows.add(Sequence.list(row));
    }
    return rows.iterator();
  }

  private static Value groupBy(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("groupby", "attribute", "default", "case_sensitive");
    AttributePath path = AttributePath.of(bound.require(0));
    Optional<Value> fallback = bound.find(1).filter(given -> given != Value.None.NONE);
    List<Value> values = Methods.elements(value);
    Key key = element -> List.of(cased(path.get(element, fallback), bound.isTrue(2)));
    sort(values, key, SequenceFilters::orderSingle, false);
    List<Value> groups = new ArrayList<>();
    List<Value> group = new ArrayList<>();
    for (Value element : values) {
      if (!group.isEmpty()
          && !Comparing.equal(key.of(group.getFirst()).getFirst(), key.of(element).getFirst())) {
        groups.add(Group.of(path.get(group.getFirst(), fallback), group));
        group = new ArrayList<>();
      }
      group.add(element);
    }
    if (!group.isEmpty()) {
      groups.add(Group.of(path.get(group.getFirst(), fallback), group));
    }
    return Sequence.list(groups);
  }

  /// What `groupby` gives for each group: a tuple of the common value and the list.
  private static final class Group {
    private Group() {}

    static Value of(Value grouper, List<Value> list) {
      return Sequence.of(Sequence.Kind.GROUP, List.of(grouper, Sequence.list(list)));
    }
  }
}
