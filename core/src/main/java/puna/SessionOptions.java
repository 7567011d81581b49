package puna;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// How a session is saved.
///
/// Immutable: each `with…` method returns a copy with one option set.
public final class SessionOptions {
  private static final Option<SavedPrecision> PRECISION =
      Option.oneOf("precision", SavedPrecision.class);

  private final OptionValues values;

  private SessionOptions(OptionValues values) {
    this.values = values;
  }

  /// Options of which none is set: saved as the cache has it.
  public static SessionOptions defaults() {
    return new SessionOptions(OptionValues.none());
  }

  /// The number format of what is saved of the KV cache. Default: `AS_CACHED`.
  public SessionOptions withPrecision(SavedPrecision value) {
    return new SessionOptions(values.with(PRECISION, value));
  }

  /// The number format of what is saved; empty when unset.
  public Optional<SavedPrecision> precision() {
    return values.get(PRECISION);
  }

  /// The options that are set, as an object with the member `precision`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
  public static SessionOptions fromJson(JsonObject json) {
    return new SessionOptions(OptionValues.fromJson(json, List.of(PRECISION)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set.
  @Override
  public String toString() {
    return "SessionOptions" + values;
  }
}
