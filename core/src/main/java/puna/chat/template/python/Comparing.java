package puna.chat.template.python;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;

/// Python's `==`, `<` and `in`.
public final class Comparing {
  private Comparing() {}

  @SuppressWarnings("ReferenceEquality") // generators, functions and namespaces equal themselves
  public static boolean equal(Value a, Value b) {
    return switch (a) {
      case Text text -> text.equals(b);
      case Bytes bytes -> bytes.equals(b);
      case Value.None _ -> b == Value.None.NONE;
      case Value.Undefined _ -> b instanceof Value.Undefined;
      case Value.Int _, Value.Real _, Value.Bool _ -> Types.isNumber(b) && equalNumbers(a, b);
      case Sequence sequence -> b instanceof Sequence other && equal(sequence, other);
      case Dict dict -> b instanceof Dict other && equal(dict, other);
      case Value.Stream _, Namespace _, Member _ -> a == b;
    };
  }

  private static boolean equalNumbers(Value a, Value b) {
    if (isNaN(a) || isNaN(b)) {
      return false;
    }
    return Keys.of(a).equals(Keys.of(b));
  }

  private static boolean isNaN(Value value) {
    return value instanceof Value.Real(double number) && Double.isNaN(number);
  }

  /// Views of keys and of items compare as sets.
  private static boolean areSets(Sequence a, Sequence b) {
    return isSet(a) && isSet(b);
  }

  private static boolean isSet(Sequence row) {
    return row.kind() == Sequence.Kind.DICT_KEYS || row.kind() == Sequence.Kind.DICT_ITEMS;
  }

  private static boolean isSubset(Sequence a, Sequence b) {
    return a.items().stream().allMatch(item -> contains(b, item));
  }

  @SuppressWarnings("ReferenceEquality") // a view of values equals itself alone
  private static boolean equal(Sequence a, Sequence b) {
    if (areSets(a, b)) {
      return a.items().size() == b.items().size() && isSubset(a, b);
    }
    if (a.kind() == Sequence.Kind.DICT_VALUES) {
      return a == b;
    }
    if (a.plainKind() != b.plainKind() || a.items().size() != b.items().size()) {
      return false;
    }
    Iterator<Value> others = b.items().iterator();
    for (Value item : a.items()) {
      if (!equal(item, others.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean equal(Dict a, Dict b) {
    if (a == b) {
      return true;
    }
    if (a.size() != b.size()) {
      return false;
    }
    for (Dict.Entry entry : a.entries()) {
      if (b.get(entry.key()).filter(other -> equal(entry.value(), other)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /// Below, at or above zero as `a` comes before, with or after `b`.
  ///
  /// @throws TemplateException for values that have no order
  public static int order(Value a, Value b) {
    Types.requireDefined(a);
    Types.requireDefined(b);
    if (Types.isNumber(a) && Types.isNumber(b)) {
      return orderNumbers(a, b);
    }
    if (a instanceof Text first && b instanceof Text second) {
      return orderTexts(first.toString(), second.toString());
    }
    if (a instanceof Bytes(Text first) && b instanceof Bytes(Text second)) {
      return orderTexts(first.toString(), second.toString());
    }
    if (a instanceof Sequence first
        && b instanceof Sequence second
        && first.plainKind() == second.plainKind()
        && first.isListOrTuple()) {
      return orderItems(first.items(), second.items());
    }
    throw new TemplateException(
        "'<' not supported between instances of '%s' and '%s'"
            .formatted(Types.name(a), Types.name(b)));
  }

  /// By code points: UTF-16 units would put U+FFFD behind U+1F600.
  private static int orderTexts(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean isWideX = Character.isSurrogate(x);
        boolean isWideY = Character.isSurrogate(y);
        return isWideX == isWideY ? Character.compare(x, y) : Boolean.compare(isWideX, isWideY);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  public static int orderItems(List<Value> a, List<Value> b) {
    int length = Math.min(a.size(), b.size());
    for (int i = 0; i < length; i++) {
      if (!equal(a.get(i), b.get(i))) {
        return order(a.get(i), b.get(i));
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static int orderNumbers(Value a, Value b) {
    double x = Arithmetic.toDouble(a);
    double y = Arithmetic.toDouble(b);
    if (Double.isFinite(x) && Double.isFinite(y)) {
      return exact(a, x).compareTo(exact(b, y));
    }
    return x < y ? -1 : x > y ? 1 : 0;
  }

  private static BigDecimal exact(Value value, double approximate) {
    return value instanceof Value.Real
        ? new BigDecimal(approximate)
        : new BigDecimal(Types.integer(value));
  }

  public static boolean less(Value a, Value b) {
    if (a instanceof Sequence first && b instanceof Sequence second && areSets(first, second)) {
      return first.items().size() < second.items().size() && isSubset(first, second);
    }
    return !isNaNPair(a, b) && order(a, b) < 0;
  }

  public static boolean lessOrEqual(Value a, Value b) {
    if (a instanceof Sequence first && b instanceof Sequence second && areSets(first, second)) {
      return isSubset(first, second);
    }
    return !isNaNPair(a, b) && order(a, b) <= 0;
  }

  private static boolean isNaNPair(Value a, Value b) {
    return Types.isNumber(a) && Types.isNumber(b) && (isNaN(a) || isNaN(b));
  }

  /// @throws TemplateException when the item can be no key
  private static boolean holdsKey(Sequence keys, Value item) {
    Object key = Keys.of(item);
    return keys.items().stream().anyMatch(each -> Keys.of(each).equals(key));
  }

  /// `item in container`.
  public static boolean contains(Value container, Value item) {
    return switch (container) {
      case Text text -> {
        if (!(item instanceof Text part)) {
          throw new TemplateException(
              "'in <string>' requires string as left operand, not " + Types.name(item));
        }
        yield text.toString().contains(part.toString());
      }
      case Dict dict -> dict.get(item).isPresent();
      case Sequence view when view.kind() == Sequence.Kind.DICT_KEYS -> holdsKey(view, item);
      case Bytes bytes -> bytes.contains(item);
      default -> {
        for (Iterator<Value> items = Types.iterate(container); items.hasNext(); ) {
          if (equal(items.next(), item)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }
}
