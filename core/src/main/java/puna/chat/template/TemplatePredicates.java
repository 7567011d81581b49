package puna.chat.template;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import puna.chat.template.python.Arguments;
import puna.chat.template.python.Arithmetic;
import puna.chat.template.python.Bytes;
import puna.chat.template.python.CharacterClasses;
import puna.chat.template.python.Comparing;
import puna.chat.template.python.Dict;
import puna.chat.template.python.Keys;
import puna.chat.template.python.Member;
import puna.chat.template.python.Printing;
import puna.chat.template.python.Sequence;
import puna.chat.template.python.TemplateException;
import puna.chat.template.python.Text;
import puna.chat.template.python.Types;
import puna.chat.template.python.Value;

/// The tests of the dialect (`is`), by name.
final class TemplatePredicates {
  private static final Map<String, Test> ALL = all();

  private TemplatePredicates() {}

  /// What a test says of a value.
  private interface Test {
    boolean test(Value value, Arguments arguments);
  }

  static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  /// @throws TemplateException when there is no such test, or it cannot take the value
  static boolean apply(String name, Value value, Arguments arguments) {
    Test test = ALL.get(name);
    if (test == null) {
      throw new TemplateException("there is no test named '" + name + "'");
    }
    return test.test(value, arguments);
  }

  private static Map<String, Test> all() {
    Map<String, Test> all = new HashMap<>();
    addKinds(all);
    addNumbers(all);
    addRelations(all);
    all.put("lower", plain(value -> CharacterClasses.isLower(Printing.string(value).toString())));
    all.put("upper", plain(value -> CharacterClasses.isUpper(Printing.string(value).toString())));
    all.put("escaped", plain(value -> value instanceof Text text && text.isSafe()));
    all.put(
        "filter", plain(value -> Keys.of(value) instanceof String name && Filters.exists(name)));
    all.put("test", plain(value -> Keys.of(value) instanceof String name && exists(name)));
    return Map.copyOf(all);
  }

  private static void addKinds(Map<String, Test> all) {
    all.put("defined", plain(value -> !(value instanceof Value.Undefined)));
    all.put("undefined", plain(value -> value instanceof Value.Undefined));
    all.put("none", plain(value -> value == Value.None.NONE));
    all.put("boolean", plain(value -> value instanceof Value.Bool));
    all.put("true", plain(value -> value instanceof Value.Bool(boolean is) && is));
    all.put("false", plain(value -> value instanceof Value.Bool(boolean is) && !is));
    all.put("integer", plain(value -> value instanceof Value.Int));
    all.put("float", plain(value -> value instanceof Value.Real));
    all.put("number", plain(Types::isNumber));
    all.put("string", plain(value -> value instanceof Text));
    all.put("mapping", plain(value -> value instanceof Dict));
    all.put("iterable", plain(Types::isIterable));
    all.put("sequence", plain(TemplatePredicates::isSequence));
    all.put(
        "callable",
        plain(value ->
            value instanceof Value.Undefined
                || value instanceof Member member && member.isCallable()));
  }

  /// What has a length and can be indexed.
  private static boolean isSequence(Value value) {
    return switch (value) {
      case Value.Undefined _, Text _, Bytes _, Dict _ -> true;
      case Sequence sequence -> sequence.isIndexable();
      default -> false;
    };
  }

  private static void addNumbers(Map<String, Test> all) {
    all.put("odd", plain(value -> rest(value, Value.Int.of(2), 1)));
    all.put("even", plain(value -> rest(value, Value.Int.of(2), 0)));
    all.put(
        "divisibleby",
        (value, arguments) -> rest(value, arguments.bind("divisibleby", "num").require(0), 0));
  }

  private static boolean rest(Value value, Value divisor, int expected) {
    Value rest = Arithmetic.apply(Arithmetic.Operator.MODULO, value, divisor);
    return Comparing.equal(rest, Value.Int.of(expected));
  }

  private static void addRelations(Map<String, Test> all) {
    put(all, Comparing::equal, "eq", "==", "equalto");
    put(all, (a, b) -> !Comparing.equal(a, b), "ne", "!=");
    put(all, Comparing::less, "lt", "<", "lessthan");
    put(all, Comparing::lessOrEqual, "le", "<=");
    put(all, (a, b) -> Comparing.less(b, a), "gt", ">", "greaterthan");
    put(all, (a, b) -> Comparing.lessOrEqual(b, a), "ge", ">=");
    put(all, (a, b) -> Comparing.contains(b, a), "in");
    put(all, TemplatePredicates::isSame, "sameas");
  }

  @SuppressWarnings("ReferenceEquality") // identity is what the test asks for
  private static boolean isSame(Value a, Value b) {
    return switch (a) {
      case Value.Bool bool -> bool.equals(b);
      case Value.None _ -> b == Value.None.NONE;
      // CPython shares its small integers and its short literals
      case Value.Int number -> b instanceof Value.Int other && number.equals(other);
      case Text text -> text.equals(b);
      default -> a == b;
    };
  }

  private static void put(
      Map<String, Test> all, BiPredicate<Value, Value> relation, String... names) {
    for (String name : names) {
      all.put(
          name,
          (value, arguments) -> relation.test(value, arguments.bind(name, "other").require(0)));
    }
  }

  private static Test plain(Predicate<Value> test) {
    return (value, arguments) -> {
      arguments.bind("this test");
      return test.test(value);
    };
  }
}
