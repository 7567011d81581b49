package puna.json;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import puna.json.TypeShape.Maybe;

/// The collections, maps and optional values that can be read, and how each is made.
final class Containers {
  private static final Map<Class<?>, Function<List<Object>, Object>> LISTS =
      Map.of(
          List.class, Collections::unmodifiableList,
          Collection.class, Collections::unmodifiableList,
          Iterable.class, Collections::unmodifiableList,
          SequencedCollection.class, Collections::unmodifiableList,
          ArrayList.class, ArrayList::new);

  private static final Map<Class<?>, Function<List<Object>, Object>> SETS =
      Map.of(
          Set.class, list -> Collections.unmodifiableSet(new LinkedHashSet<>(list)),
          SequencedSet.class,
              list -> Collections.unmodifiableSequencedSet(new LinkedHashSet<>(list)),
          LinkedHashSet.class, LinkedHashSet::new,
          HashSet.class, HashSet::new,
          SortedSet.class, list -> Collections.unmodifiableSortedSet(new TreeSet<>(list)),
          NavigableSet.class, list -> Collections.unmodifiableNavigableSet(new TreeSet<>(list)),
          TreeSet.class, list -> new TreeSet<>(list));

  private static final Map<Class<?>, Function<Map<Object, Object>, Object>> MAPS =
      Map.of(
          Map.class, Collections::unmodifiableMap,
          SequencedMap.class, map -> Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map)),
          LinkedHashMap.class, LinkedHashMap::new,
          HashMap.class, HashMap::new,
          SortedMap.class, map -> Collections.unmodifiableSortedMap(new TreeMap<>(map)),
          NavigableMap.class, map -> Collections.unmodifiableNavigableMap(new TreeMap<>(map)),
          TreeMap.class, map -> new TreeMap<>(map));

  private static final Map<Class<?>, Maybe> MAYBES =
      Map.of(
          OptionalInt.class,
              maybe(
                  int.class,
                  x -> x.isEmpty() ? OptionalInt.empty() : OptionalInt.of((int) x.get())),
          OptionalLong.class,
              maybe(
                  long.class,
                  x -> x.isEmpty() ? OptionalLong.empty() : OptionalLong.of((long) x.get())),
          OptionalDouble.class,
              maybe(
                  double.class,
                  x -> x.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of((double) x.get())));

  private Containers() {}

  /// `OptionalInt` and its like.
  static Optional<Maybe> maybe(Class<?> type) {
    return Optional.ofNullable(MAYBES.get(type));
  }

  static boolean isSet(Class<?> type) {
    return SETS.containsKey(type) || type == EnumSet.class;
  }

  static boolean isSorted(Class<?> type) {
    return SortedSet.class.isAssignableFrom(type) || SortedMap.class.isAssignableFrom(type);
  }

  /// How a collection is made of its elements; empty for other types.
  static Optional<Function<List<Object>, Object>> collection(Class<?> type, Class<?> element) {
    if (type == EnumSet.class) {
      return Optional.of(list -> enumSet(list, element));
    }
    return Optional.ofNullable(LISTS.get(type)).or(() -> Optional.ofNullable(SETS.get(type)));
  }

  /// How a map is made of its entries; empty for other types.
  static Optional<Function<Map<Object, Object>, Object>> map(Class<?> type, Class<?> key) {
    if (type == EnumMap.class) {
      return Optional.of(map -> enumMap(map, key));
    }
    return Optional.ofNullable(MAPS.get(type));
  }

  static Object array(List<Object> elements, Class<?> component) {
    Object array = Array.newInstance(component, elements.size());
    for (int i = 0; i < elements.size(); i++) {
      Array.set(array, i, elements.get(i));
    }
    return array;
  }

  /// The elements of an array of any component.
  static List<Object> elements(Object array) {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < Array.getLength(array); i++) {
      elements.add(Array.get(array, i));
    }
    return elements;
  }

  /// The value of an `Optional`, `OptionalInt` …; nothing for other values.
  static Optional<Optional<Object>> unwrap(Object value) {
    return switch (value) {
      case Optional<?> maybe -> Optional.of(maybe.map(Object.class::cast));
      case OptionalInt maybe -> Optional.of(maybe.stream().boxed().<Object>map(x -> x).findFirst());
      case OptionalLong maybe ->
          Optional.of(maybe.stream().boxed().<Object>map(x -> x).findFirst());
      case OptionalDouble maybe ->
          Optional.of(maybe.stream().boxed().<Object>map(x -> x).findFirst());
      default -> Optional.empty();
    };
  }

  private static Maybe maybe(Class<?> inner, Function<Optional<Object>, Object> wrap) {
    TypeShape shape = Scalars.SHAPES.get(inner);
    if (shape == null) {
      throw new IllegalStateException(inner + " is no scalar");
    }
    return new Maybe(shape, wrap);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the elements are constants of that enum
  private static Object enumSet(List<Object> elements, Class<?> type) {
    EnumSet set = EnumSet.noneOf((Class) type);
    set.addAll(elements);
    return set;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the keys are constants of that enum
  private static Object enumMap(Map<Object, Object> entries, Class<?> type) {
    EnumMap map = new EnumMap((Class) type);
    map.putAll(entries);
    return map;
  }
}
