package puna;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// How a text is scored.
public final class ScoreOptions {
  private static final Option<Integer> WINDOW = Option.integer("window", 1);
  private static final Option<Integer> OVERLAP = Option.integer("overlap", 0);

  private final OptionValues values;

  private ScoreOptions(OptionValues values) {
    this.values = values;
    int window = values.get(WINDOW).orElse(Integer.MAX_VALUE);
    int overlap = values.get(OVERLAP).orElse(0);
    if (overlap >= window) {
      throw new IllegalArgumentException(
          "overlap must be 0 or more and less than the window of %d, found %d"
              .formatted(window, overlap));
    }
  }

  /// Windows as large as the context, one after the other.
  public static ScoreOptions defaults() {
    return new ScoreOptions(OptionValues.none());
  }

  /// How many tokens are read in one context, at least 1. A longer text is read in windows, and
  /// each position is scored in the first that holds it. Unset: as many as the context holds.
  public ScoreOptions withWindow(int value) {
    return new ScoreOptions(values.with(WINDOW, value));
  }

  /// How many tokens of the window before are read again for their context; fewer than the window
  /// has. Unset: none.
  public ScoreOptions withOverlap(int value) {
    return new ScoreOptions(values.with(OVERLAP, value));
  }

  public OptionalInt window() {
    return values.get(WINDOW).stream().mapToInt(value -> value).findFirst();
  }

  public OptionalInt overlap() {
    return values.get(OVERLAP).stream().mapToInt(value -> value).findFirst();
  }

  /// The options that are set: `window`, `overlap`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from a JSON object.
  ///
  /// @throws JsonException when a member is no such option or its value breaks a rule, with its
  ///   path
  public static ScoreOptions fromJson(JsonObject json) {
    OptionValues values = OptionValues.fromJson(json, List.of(WINDOW, OVERLAP));
    try {
      return new ScoreOptions(values);
    } catch (IllegalArgumentException e) {
      throw new JsonException("$.overlap: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScoreOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set.
  @Override
  public String toString() {
    return "ScoreOptions" + values;
  }
}
