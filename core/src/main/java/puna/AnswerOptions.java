package puna;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;

/// What can be set for any answer, to a conversation or to a raw text.
///
/// @param <O> the type of options that setting one gives
public abstract sealed class AnswerOptions<O extends AnswerOptions<O>>
    permits ChatOptions, GenerationOptions {
  /// The most tokens of an answer unless a number is asked for.
  public static final int DEFAULT_MAX_TOKENS = 1024;

  private static final Option<Integer> MAX_TOKENS = Option.integer("maxTokens", 0);
  private static final Option<List<String>> STOP_STRINGS =
      Option.texts("stopStrings").inJson("stop").keeping(AnswerOptions::requireTexts);
  private static final Option<Set<Integer>> STOP_TOKENS =
      Option.of("stopTokens", AnswerOptions::writeIds, AnswerOptions::readIds)
          .inJson("stop_token_ids")
          .keeping(AnswerOptions::requireIds);
  private static final Option<OnContextFull> ON_CONTEXT_FULL =
      Option.oneOf("onContextFull", OnContextFull.class);
  private static final Option<Echo> ECHO = Option.oneOf("echo", Echo.class);
  private static final Option<LogProbabilityOptions> LOG_PROBABILITIES =
      Option.<LogProbabilityOptions>of(
              "logProbabilities",
              LogProbabilityOptions::toJson,
              json -> LogProbabilityOptions.fromJson(Option.readObject(json)))
          .inJson("logprobs");
  private static final Option<ResponseFormat> FORMAT =
      Option.<ResponseFormat>of(
              "format",
              ResponseFormat::toJson,
              json -> ResponseFormat.fromJson(Option.readObject(json)))
          .inJson("response_format");
  static final List<Option<?>> COMMON =
      List.of(
          MAX_TOKENS, STOP_STRINGS, STOP_TOKENS, ON_CONTEXT_FULL, ECHO, LOG_PROBABILITIES, FORMAT);

  private final SamplingOptions sampling;
  private final OptionValues values;

  /// What happens when prompt and answer fill the context.
  public enum OnContextFull {
    /// The answer ends with `FinishReason.CONTEXT_FULL`.
    FINISH,
    /// Whoever reads the answer gets a `ContextFullException` after its text.
    THROW
  }

  /// Whether the answer's raw text begins with the prompt's.
  public enum Echo {
    ANSWER,
    /// The prompt's text, as its tokens decode, is the first piece.
    PROMPT_AND_ANSWER
  }

  AnswerOptions(SamplingOptions sampling, OptionValues values) {
    this.sampling = sampling;
    this.values = values;
  }

  /// The same type of options with other values.
  abstract O with(SamplingOptions changedSampling, OptionValues changed);

  <T> O with(Option<T> option, T value) {
    return with(sampling, values.with(option, value));
  }

  <T> Optional<T> get(Option<T> option) {
    return values.get(option);
  }

  /// The most tokens to generate, the end token included; 0 only reads the prompt, and a number
  /// beyond the context goes on until that is full. Unset: `DEFAULT_MAX_TOKENS`.
  public final O withMaxTokens(int value) {
    return with(MAX_TOKENS, value);
  }

  /// How each token is drawn. Unset, in it or as a whole: as the model has it by default.
  public final O withSampling(SamplingOptions value) {
    return with(value, values);
  }

  /// @param value 0 keeps the most likely token alone; higher is more varied
  public final O withTemperature(float value) {
    return withSampling(sampling.withTemperature(value));
  }

  /// @param value from 0 to 1: draw from the likeliest tokens that reach it together; 1 for all
  public final O withTopP(float value) {
    return withSampling(sampling.withTopP(value));
  }

  /// @param value draw from so many of the likeliest tokens; 0 for all
  public final O withTopK(int value) {
    return withSampling(sampling.withTopK(value));
  }

  /// @param value leave out tokens below it times the likeliest; 0 for none
  public final O withMinP(float value) {
    return withSampling(sampling.withMinP(value));
  }

  /// @param value the same draws each time; 0 or more. Unset: different ones each time
  public final O withSeed(long value) {
    return withSampling(sampling.withSeed(value));
  }

  /// Texts that end the answer; neither they nor a part of them is in its text. None may be empty.
  public final O withStopStrings(List<String> value) {
    return with(STOP_STRINGS, List.copyOf(value));
  }

  /// Texts that end the answer; neither they nor a part of them is in its text. None may be empty.
  public final O withStopStrings(String... value) {
    return withStopStrings(List.of(value));
  }

  /// Tokens that end the answer, beside the model's own end tokens; they have no text.
  public final O withStopTokens(Set<Integer> value) {
    return with(STOP_TOKENS, Collections.unmodifiableSet(new TreeSet<>(value)));
  }

  /// What happens when prompt and answer fill the context. Unset: `FINISH`.
  public final O withOnContextFull(OnContextFull value) {
    return with(ON_CONTEXT_FULL, value);
  }

  /// Whether the answer's raw text begins with the prompt's. Unset: `ANSWER`.
  public final O withEcho(Echo value) {
    return with(ECHO, value);
  }

  /// Which log-probabilities are kept beside the answer. Unset: none.
  public final O withLogProbabilities(LogProbabilityOptions value) {
    return with(LOG_PROBABILITIES, value);
  }

  /// What the answer may be. Unset: any text.
  public final O withFormat(ResponseFormat value) {
    return with(FORMAT, value);
  }

  public final OptionalInt maxTokens() {
    return values.get(MAX_TOKENS).stream().mapToInt(value -> value).findFirst();
  }

  /// What is set of it.
  public final SamplingOptions sampling() {
    return sampling;
  }

  public final List<String> stopStrings() {
    return values.get(STOP_STRINGS).orElse(List.of());
  }

  public final Set<Integer> stopTokens() {
    return values.get(STOP_TOKENS).orElse(Set.of());
  }

  public final Optional<OnContextFull> onContextFull() {
    return values.get(ON_CONTEXT_FULL);
  }

  public final Optional<Echo> echo() {
    return values.get(ECHO);
  }

  public final Optional<LogProbabilityOptions> logProbabilities() {
    return values.get(LOG_PROBABILITIES);
  }

  public final Optional<ResponseFormat> format() {
    return values.get(FORMAT);
  }

  /// The options that are set as members of one object, those of sampling among them, with the
  /// names of llama.cpp's and OpenAI's APIs: `max_tokens`, `temperature`, `stop`, `response_format`
  /// …
  public final JsonObject toJson() {
    Map<String, JsonValue> members = new LinkedHashMap<>(values.toJson().members());
    members.putAll(sampling.toJson().members());
    return new JsonObject(members);
  }

  /// The members of such an object, told apart.
  ///
  /// @param sampling those of sampling
  /// @param values all others
  record Read(SamplingOptions sampling, OptionValues values) {
    static Read of(JsonObject json, List<Option<?>> further) {
      List<Option<?>> known = new ArrayList<>(COMMON);
      known.addAll(further);
      Map<String, JsonValue> own = new LinkedHashMap<>();
      Map<String, JsonValue> sampling = new LinkedHashMap<>();
      json.members()
          .forEach((name, value) -> (isKnown(name, known) ? own : sampling).put(name, value));
      return new Read(
          SamplingOptions.fromJson(new JsonObject(sampling)),
          OptionValues.fromJson(new JsonObject(own), known));
    }

    private static boolean isKnown(String name, List<Option<?>> known) {
      return known.stream().anyMatch(option -> option.jsonName().equals(name));
    }
  }

  private static void requireTexts(List<String> texts) {
    if (texts.contains("")) {
      throw new IllegalArgumentException(
          "stopStrings must not be empty texts, found one in " + texts);
    }
  }

  private static void requireIds(Set<Integer> ids) {
    for (int id : ids) {
      if (id < 0) {
        throw new IllegalArgumentException("stopTokens must be 0 or more, found " + id);
      }
    }
  }

  private static JsonValue writeIds(Set<Integer> ids) {
    return new JsonArray(ids.stream().<JsonValue>map(JsonNumber::of).toList());
  }

  private static Set<Integer> readIds(JsonValue json) {
    return Collections.unmodifiableSet(new TreeSet<>(Option.list(json, Option::readInteger)));
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof AnswerOptions<?> options
        && getClass() == options.getClass()
        && sampling.equals(options.sampling)
        && values.equals(options.values);
  }

  @Override
  public final int hashCode() {
    return 31 * sampling.hashCode() + values.hashCode();
  }

  /// What is set, as JSON.
  @Override
  public final String toString() {
    return getClass().getSimpleName() + Json.write(toJson());
  }
}
