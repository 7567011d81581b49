package puna.server.exchange;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Header fields of a request or an answer; their names are compared without case. Immutable.
public final class Headers {
  private static final Headers NONE = new Headers(Map.of());

  private final Map<String, List<String>> fields;

  private Headers(Map<String, List<String>> fields) {
    Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    fields.forEach((name, values) ->
        copy.merge(
            name,
            List.copyOf(values),
            (first, second) -> {
              List<String> both = new ArrayList<>(first);
              both.addAll(second);
              return List.copyOf(both);
            }));
    this.fields = Collections.unmodifiableMap(copy);
  }

  /// No header.
  public static Headers none() {
    return NONE;
  }

  /// Headers by name, each with all its values.
  public static Headers of(Map<String, List<String>> fields) {
    return new Headers(fields);
  }

  /// A copy with one header set; its earlier values are gone.
  public Headers with(String name, String value) {
    Map<String, List<String>> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(fields);
    more.put(name, List.of(value));
    return new Headers(more);
  }

  /// The first value of that header; empty if there is none.
  public Optional<String> first(String name) {
    List<String> values = fields.get(name);
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /// All values of that header.
  public List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }

  /// Passes each name with each of its values.
  public void forEach(BiConsumer<String, String> consumer) {
    fields.forEach((name, values) -> values.forEach(value -> consumer.accept(name, value)));
  }

  @Override
  public String toString() {
    return fields.keySet().toString(); // values may be keys that nobody should read in a log
  }
}
