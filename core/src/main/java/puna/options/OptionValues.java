package puna.options;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;

/// The options that were set, each with its value; those that were not are absent. Immutable, and
/// equal to another with the same options at the same values.
public final class OptionValues {
  private static final OptionValues NONE = new OptionValues(Map.of());

  private final Map<Option<?>, Object> values;

  private OptionValues(Map<Option<?>, Object> values) {
    this.values = values;
  }

  /// Nothing is set.
  public static OptionValues none() {
    return NONE;
  }

  /// With that option at that value.
  ///
  /// @throws IllegalArgumentException when the value breaks the option's rule, naming both
  public <T> OptionValues with(Option<T> option, T value) {
    Map<Option<?>, Object> changed = new LinkedHashMap<>(values);
    changed.put(option, option.checked(requireNonNull(value, option.name())));
    return new OptionValues(changed);
  }

  /// With that option unset.
  public OptionValues without(Option<?> option) {
    Map<Option<?>, Object> changed = new LinkedHashMap<>(values);
    changed.remove(option);
    return new OptionValues(changed);
  }

  /// With that option alone, at the value that it has here.
  public <T> OptionValues only(Option<T> option) {
    return NONE.with(option, get(option).orElseThrow());
  }

  /// These, and those of `defaults` that are not set here.
  public OptionValues over(OptionValues defaults) {
    Map<Option<?>, Object> all = new LinkedHashMap<>(defaults.values);
    all.putAll(values);
    return new OptionValues(all);
  }

  /// The value, where it was set.
  public <T> Optional<T> get(Option<T> option) {
    @SuppressWarnings("unchecked") // `with` and `read` put values of the option's own type
    @Nullable T value = (T) values.get(option);
    return Optional.ofNullable(value);
  }

  public boolean has(Option<?> option) {
    return values.containsKey(option);
  }

  /// The options as members, those that are set alone.
  public JsonObject toJson() {
    JsonObject.Builder members = JsonObject.builder();
    values.keySet().forEach(option -> members.put(option.jsonName(), written(option)));
    return members.build();
  }

  private <T> JsonValue written(Option<T> option) {
    return option.write(get(option).orElseThrow());
  }

  /// Options from the members of a JSON object.
  ///
  /// @param known all options that there may be
  /// @throws JsonException when a member is no known option, or its value breaks a rule; the
  ///   message begins with its path
  public static OptionValues fromJson(JsonObject json, List<Option<?>> known) {
    Map<String, Option<?>> byName =
        known.stream().collect(Collectors.toMap(Option::jsonName, option -> option));
    Map<Option<?>, Object> values = new LinkedHashMap<>();
    json.members()
        .forEach((name, value) -> {
          Option<?> option = byName.get(name);
          if (option == null) {
            throw new JsonException(
                "$.%s: there is no such option; known are %s".formatted(name, names(known)));
          }
          values.put(option, requireNonNull(option.read(value)));
        });
    return new OptionValues(values);
  }

  private static String names(List<Option<?>> known) {
    List<String> names = new ArrayList<>(known.stream().map(Option::jsonName).toList());
    names.sort(null);
    return String.join(", ", names);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OptionValues options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set, such as `{max_tokens=50, temperature=0.3}`.
  @Override
  public String toString() {
    return values.keySet().stream()
        .map(option -> option.jsonName() + "=" + Json.write(written(option)))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
