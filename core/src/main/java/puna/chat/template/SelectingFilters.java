package puna.chat.template;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import puna.chat.template.Filters.Filter;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Printing;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// `map`, `select`, `reject`, `selectattr` and `rejectattr`. They give generators, whose values are
/// made when they are walked through.
final class SelectingFilters {
  private SelectingFilters() {}

  static void addTo(Map<String, Filter> all) {
    all.put("map", SelectingFilters::map);
    all.put("select", (value, arguments) -> select(value, () -> test(arguments)));
    all.put("reject", (value, arguments) -> select(value, () -> test(arguments).negate()));
    all.put("selectattr", (value, arguments) -> select(value, () -> attributeTest(arguments)));
    all.put(
        "rejectattr", (value, arguments) -> select(value, () -> attributeTest(arguments).negate()));
  }

  /// @param test what the elements are asked, which an empty value does not look at
  private static Value select(Value value, Supplier<Predicate<Value>> test) {
    if (!Types.isTrue(value)) {
      return new Value.Stream(java.util.Collections.emptyIterator());
    }
    return new Value.Stream(
        new LazyIterator(() -> Evaluator.filtered(Types.iterate(value), test.get())));
  }

  private static Predicate<Value> test(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      return Types::isTrue;
    }
    String name = name(arguments.positional().getFirst());
    Arguments rest = arguments.skip(1);
    return value -> arguments.runtime().test(name, value, rest);
  }

  private static Predicate<Value> attributeTest(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("Missing parameter for attribute name");
    }
    AttributePath path = AttributePath.of(arguments.positional().getFirst());
    Predicate<Value> test = test(arguments.skip(1));
    return value -> test.test(path.get(value));
  }

  private static Value map(Value value, Arguments arguments) {
    if (!Types.isTrue(value)) {
      return new Value.Stream(java.util.Collections.emptyIterator());
    }
    UnaryOperator<Value> function = mapping(arguments);
    return new Value.Stream(
        new LazyIterator(() -> {
          Iterator<Value> values = Types.iterate(value);
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return values.hasNext();
            }

            @Override
            public Value next() {
              arguments.runtime().charge(1);
              return function.apply(values.next());
            }
          };
        }));
  }

  private static UnaryOperator<Value> mapping(Arguments arguments) {
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Arguments.Bound bound = arguments.bind("map", "attribute", "default");
      AttributePath path = AttributePath.of(bound.require(0));
      Optional<Value> fallback = bound.find(1).filter(given -> given != Value.None.NONE);
      return value -> path.get(value, fallback);
    }
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("map requires a filter argument");
    }
    String name = name(arguments.positional().getFirst());
    Arguments rest = arguments.skip(1);
    return value -> arguments.runtime().filter(name, value, rest);
  }

  private static String name(Value value) {
    if (value instanceof Text text) {
      return text.toString();
    }
    throw new TemplateException("there is no filter or test named " + Printing.repr(value));
  }
}
