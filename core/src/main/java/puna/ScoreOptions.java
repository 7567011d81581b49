package puna;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// How a long text is cut into windows to be scored.
///
/// Immutable: each `with…` method returns a copy with one option set.
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
          "overlap must be 0 or more and less than the window of %s, found %s"
              .formatted(window, overlap));
    }
  }

  /// Options of which none is set: windows as long as the context window, without overlap.
  public static ScoreOptions defaults() {
    return new ScoreOptions(OptionValues.none());
  }

  /// The length of a window. A longer text is processed in several, and each token is scored in the
  /// first window that contains it. Default: the context window.
  ///
  /// @param value in tokens, at least 1
  public ScoreOptions withWindow(int value) {
    return new ScoreOptions(values.with(WINDOW, value));
  }

  /// How many tokens of the previous window are processed again as context. Default: 0.
  ///
  /// @param value in tokens, from 0, less than the window
  public ScoreOptions withOverlap(int value) {
    return new ScoreOptions(values.with(OVERLAP, value));
  }

  /// The length of a window in tokens; empty when unset.
  public OptionalInt window() {
    return values.get(WINDOW).stream().mapToInt(value -> value).findFirst();
  }

  /// The overlap of windows in tokens; empty when unset.
  public OptionalInt overlap() {
    return values.get(OVERLAP).stream().mapToInt(value -> value).findFirst();
  }

  static void requireWithin(int context, int window, int overlap) {
    if (window > context) {
      throw new IllegalArgumentException(
          "window must be at most the context of %s, found %s".formatted(context, window));
    }
    if (overlap >= window) {
      throw new IllegalArgumentException(
          "overlap must be less than the window of %s, found %s".formatted(window, overlap));
    }
  }

  /// The options that are set, as an object with the members `window` and `overlap`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
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
