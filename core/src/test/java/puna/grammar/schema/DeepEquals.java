package puna.grammar.schema;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Equality that looks into what has none of its own: arrays, and records that hold them.
final class DeepEquals {
  private DeepEquals() {}

  static boolean areEqual(Object one, Object other) {
    return switch (one) {
      case Pattern pattern -> pattern.pattern().equals(((Pattern) other).pattern());
      case Optional<?> maybe when maybe.isPresent() && other instanceof Optional<?> same ->
          same.isPresent() && areEqual(maybe.get(), same.get());
      case Record fields -> areEqualRecords(fields, other);
      case List<?> list -> other instanceof List<?> same && areEqualLists(list, same);
      case Map<?, ?> map when other instanceof Map<?, ?> same ->
          map.keySet().equals(same.keySet())
              && map.keySet().stream()
                  .allMatch(
                      key -> areEqual(requireNonNull(map.get(key)), requireNonNull(same.get(key))));
      case Object array when array.getClass().isArray() ->
          array.getClass() == other.getClass() && areEqualLists(list(array), list(other));
      default -> one.equals(other);
    };
  }

  private static boolean areEqualRecords(Record one, Object other) {
    if (one.getClass() != other.getClass()) {
      return false;
    }
    for (RecordComponent component : one.getClass().getRecordComponents()) {
      try {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        if (!areEqual(accessor.invoke(one), accessor.invoke(other))) {
          return false;
        }
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("a record's component", e);
      }
    }
    return true;
  }

  private static boolean areEqualLists(List<?> one, List<?> other) {
    Iterator<?> others = other.iterator();
    return one.size() == other.size()
        && one.stream().allMatch(element -> areEqual(element, others.next()));
  }

  private static List<Object> list(Object array) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < Array.getLength(array); i++) {
      list.add(Array.get(array, i));
    }
    return list;
  }
}
