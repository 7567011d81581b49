package puna.chat.template.python;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;

/// A list, a tuple, or another fixed row of values.
///
/// @param weight values in it at all levels, itself included
/// @param depth levels of nesting, 1 where no element is a container
/// @param bounds start, stop and step of a range, as far as they are known; empty for others
public record Sequence(
    Kind kind, List<Value> items, long weight, int depth, List<BigInteger> bounds)
    implements Value {
  /// What the row is, which decides how it prints and whether it can be indexed.
  public enum Kind {
    LIST,
    TUPLE,
    /// A tuple of `groupby`, whose two elements also have names.
    GROUP,
    RANGE,
    DICT_KEYS,
    DICT_VALUES,
    DICT_ITEMS
  }

  public static Sequence list(List<Value> items) {
    return of(Kind.LIST, items);
  }

  public static Sequence tuple(List<Value> items) {
    return of(Kind.TUPLE, items);
  }

  /// @throws TemplateException when it would be nested too deeply or hold too many values
  public static Sequence of(Kind kind, List<Value> items) {
    Bulk bulk = new Bulk();
    for (Value item : items) {
      bulk.add(item);
    }
    return new Sequence(
        kind, Collections.unmodifiableList(items), bulk.weight(), bulk.depth(), List.of());
  }

  /// A range with its bounds.
  Sequence within(List<BigInteger> written) {
    return new Sequence(kind, items, weight, depth, written);
  }

  public boolean isTuple() {
    return kind == Kind.TUPLE || kind == Kind.GROUP;
  }

  /// Its kind without the names of its elements.
  public Kind plainKind() {
    return isTuple() ? Kind.TUPLE : kind;
  }

  /// Whether it can be added to one of its kind and repeated.
  boolean isListOrTuple() {
    return isTuple() || kind == Kind.LIST;
  }

  public boolean isIndexable() {
    return switch (kind) {
      case LIST, TUPLE, GROUP, RANGE -> true;
      case DICT_KEYS, DICT_VALUES, DICT_ITEMS -> false;
    };
  }
}
