package puna;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// How texts become vectors.
///
/// Immutable: each `with…` method returns a copy with one option set.
public final class EmbeddingOptions {
  private static final Option<Pooling> POOLING = Option.oneOf("pooling", Pooling.class);
  private static final Option<Length> LENGTH = Option.oneOf("length", Length.class);
  private static final Option<Integer> DIMENSIONS = Option.integer("dimensions", 1);
  static final Option<LongTexts> LONG_TEXTS = Option.oneOf("longTexts", LongTexts.class);
  private static final List<Option<?>> ALL =
      List.of(
          POOLING,
          LENGTH,
          DIMENSIONS,
          LONG_TEXTS,
          AnswerOptions.PRIORITY,
          AnswerOptions.CALLER,
          AnswerOptions.DEADLINE);

  private final OptionValues values;

  /// How the hidden states of a text's tokens, after the model's last norm, become one vector.
  public enum Pooling {
    /// The mean of all tokens, BOS and EOS among them where the model's file asks for these.
    MEAN,
    /// The last token, which has seen all others.
    LAST,
    /// The first token. In a model that reads from left to right it has seen itself alone.
    CLS
  }

  /// How long a vector is.
  public enum Length {
    /// One, so that the product of two vectors is their cosine.
    UNIT,
    /// As the model gives it.
    MODEL
  }

  /// What happens to texts longer than the context window.
  public enum LongTexts {
    /// A [puna.error.ContextFullException] names the text.
    REFUSE,
    /// The end of the text is left out; an EOS that the model's file asks for stays.
    CUT
  }

  private EmbeddingOptions(OptionValues values) {
    this.values = values;
  }

  /// Options of which none is set.
  public static EmbeddingOptions defaults() {
    return new EmbeddingOptions(OptionValues.none());
  }

  private <T> EmbeddingOptions with(Option<T> option, T value) {
    return new EmbeddingOptions(values.with(option, value));
  }

  /// How tokens become one vector. Default: as the model's file says (`llama.pooling_type`), else
  /// the mean.
  public EmbeddingOptions withPooling(Pooling value) {
    return with(POOLING, value);
  }

  /// How long vectors are. Default: one.
  public EmbeddingOptions withLength(Length value) {
    return with(LENGTH, value);
  }

  /// Only the first dimensions, brought to the wanted length after the others are left out: for
  /// models that were trained for it (Matryoshka). Default: all.
  ///
  /// @param value at least 1, and at most what the model has
  public EmbeddingOptions withDimensions(int value) {
    return with(DIMENSIONS, value);
  }

  /// What happens to texts longer than the context window. Default: they are refused.
  public EmbeddingOptions withLongTexts(LongTexts value) {
    return with(LONG_TEXTS, value);
  }

  /// How urgent it is beside other requests. Default: normal.
  public EmbeddingOptions withPriority(Priority value) {
    return with(AnswerOptions.PRIORITY, value);
  }

  /// On whose behalf it is: callers get equal shares. Default: nobody's that is named.
  ///
  /// @param value not blank
  public EmbeddingOptions withCaller(String value) {
    return with(AnswerOptions.CALLER, value);
  }

  /// How long all texts of a call may take. Default: as long as it takes.
  ///
  /// @param value at least a millisecond; fractions of one do not count
  public EmbeddingOptions withDeadline(Duration value) {
    return with(AnswerOptions.DEADLINE, value.truncatedTo(ChronoUnit.MILLIS));
  }

  /// Empty when unset.
  public Optional<Pooling> pooling() {
    return values.get(POOLING);
  }

  /// Empty when unset.
  public Optional<Length> length() {
    return values.get(LENGTH);
  }

  /// Empty when unset.
  public OptionalInt dimensions() {
    return values.get(DIMENSIONS).stream().mapToInt(value -> value).findFirst();
  }

  /// Empty when unset.
  public Optional<LongTexts> longTexts() {
    return values.get(LONG_TEXTS);
  }

  /// Empty when unset.
  public Optional<Priority> priority() {
    return values.get(AnswerOptions.PRIORITY);
  }

  /// Empty when unset.
  public Optional<String> caller() {
    return values.get(AnswerOptions.CALLER);
  }

  /// Empty when unset.
  public Optional<Duration> deadline() {
    return values.get(AnswerOptions.DEADLINE);
  }

  /// The options that are set, as the members of one object: `pooling`, `length`, `dimensions`,
  /// `long_texts`, `priority`, `caller`, `deadline_ms`.
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
  public static EmbeddingOptions fromJson(JsonObject json) {
    return new EmbeddingOptions(OptionValues.fromJson(json, ALL));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EmbeddingOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set.
  @Override
  public String toString() {
    return "EmbeddingOptions" + values;
  }
}
