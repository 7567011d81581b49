package puna;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
import puna.json.JsonValue.JsonString;
import puna.options.Option;
import puna.options.OptionValues;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;

/// The options that chats and raw completions have in common: limits, stop sequences, sampling
/// parameters, response format.
///
/// Immutable: each `with…` method returns a copy with one option set. An option that was never set
/// keeps the default named at its method. A value out of range is an `IllegalArgumentException`
/// that names the option. Options are equal when the same options are set to the same values.
///
/// @param <O> the type that the `with…` methods return
public abstract sealed class AnswerOptions<O extends AnswerOptions<O>>
    permits ChatOptions, GenerationOptions {
  /// The most tokens of an answer where [#withMaxTokens] is not used.
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
  static final Option<Priority> PRIORITY = Option.oneOf("priority", Priority.class);
  static final Option<String> CALLER =
      Option.<String>of("caller", JsonString::new, Option::readText)
          .keeping(AnswerOptions::requireName);
  static final Option<Duration> DEADLINE = Option.time("deadline");
  private static final Option<Speculation> SPECULATION =
      Option.oneOf("speculation", Speculation.class);
  static final List<Option<?>> COMMON =
      List.of(
          MAX_TOKENS,
          STOP_STRINGS,
          STOP_TOKENS,
          ON_CONTEXT_FULL,
          ECHO,
          LOG_PROBABILITIES,
          FORMAT,
          PRIORITY,
          CALLER,
          DEADLINE,
          SPECULATION);

  private final SamplingOptions sampling;
  private final OptionValues values;

  /// What happens when prompt and answer fill the context window.
  public enum OnContextFull {
    /// The answer ends with the finish reason `CONTEXT_FULL`.
    FINISH,
    /// Reading the answer throws a [puna.error.ContextFullException] after its last piece.
    THROW
  }

  /// Whether the prompt is repeated at the beginning of the raw text.
  public enum Echo {
    /// The generated text alone.
    ANSWER,
    /// The prompt, decoded from its tokens, then the generated text.
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

  /// Spaces and tabs that a line must begin with.
  int indentation() {
    return 0;
  }

  <T> Optional<T> get(Option<T> option) {
    return values.get(option);
  }

  /// The most tokens to generate, the end token included. 0 processes the prompt and generates
  /// nothing; a number beyond the context window generates until that is full. Default:
  /// [#DEFAULT_MAX_TOKENS].
  public final O withMaxTokens(int value) {
    return with(MAX_TOKENS, value);
  }

  /// The sampling parameters, all at once. Default, also for each parameter that is not set in
  /// them: the model's own ([ModelInfo#sampling]).
  public final O withSampling(SamplingOptions value) {
    return with(value, values);
  }

  /// The sampling temperature. Default: the model's own.
  ///
  /// @param value 0 always takes the most likely token; higher is more varied
  public final O withTemperature(float value) {
    return withSampling(sampling.withTemperature(value));
  }

  /// Nucleus sampling: only the most likely tokens whose probabilities together exceed `value` can
  /// be drawn. Default: the model's own.
  ///
  /// @param value above 0 and at most 1; 1 keeps all tokens
  public final O withTopP(float value) {
    return withSampling(sampling.withTopP(value));
  }

  /// Only the `value` most likely tokens can be drawn. Default: the model's own.
  ///
  /// @param value 0 keeps all tokens
  public final O withTopK(int value) {
    return withSampling(sampling.withTopK(value));
  }

  /// Only tokens at least `value` times as likely as the most likely one can be drawn. Default: the
  /// model's own.
  ///
  /// @param value from 0 to 1; 0 keeps all tokens
  public final O withMinP(float value) {
    return withSampling(sampling.withMinP(value));
  }

  /// The seed of the random draws: the same seed gives the same draws. Default: a different one for
  /// each answer.
  ///
  /// @param value 0 or more
  public final O withSeed(long value) {
    return withSampling(sampling.withSeed(value));
  }

  /// Stop sequences: texts that end the answer and are left out of it. None may be empty. Default:
  /// none.
  public final O withStopStrings(List<String> value) {
    return with(STOP_STRINGS, List.copyOf(value));
  }

  /// Stop sequences: texts that end the answer and are left out of it. None may be empty. Default:
  /// none.
  public final O withStopStrings(String... value) {
    return withStopStrings(List.of(value));
  }

  /// Ids of tokens that end the answer, in addition to the model's own end tokens; their text is
  /// left out of it. Default: none.
  public final O withStopTokens(Set<Integer> value) {
    return with(STOP_TOKENS, Collections.unmodifiableSet(new TreeSet<>(value)));
  }

  /// What happens when prompt and answer fill the context window. Default: `FINISH`.
  public final O withOnContextFull(OnContextFull value) {
    return with(ON_CONTEXT_FULL, value);
  }

  /// Whether the prompt is repeated at the beginning of the raw text. Default: `ANSWER`.
  public final O withEcho(Echo value) {
    return with(ECHO, value);
  }

  /// Which log-probabilities are kept with the answer. Default: none.
  public final O withLogProbabilities(LogProbabilityOptions value) {
    return with(LOG_PROBABILITIES, value);
  }

  /// The response format that the answer is constrained to. Default: any text.
  public final O withFormat(ResponseFormat value) {
    return with(FORMAT, value);
  }

  /// Which of the waiting requests goes first. Default: `NORMAL`.
  public final O withPriority(Priority value) {
    return with(PRIORITY, value);
  }

  /// On whose behalf the answer is: of those who wait with one priority, the caller who was served
  /// least goes first, so that no one crowds the others out. Default: nobody in particular, which
  /// counts as one caller.
  ///
  /// @param value such as the name of a user or a tenant; not blank
  public final O withCaller(String value) {
    return with(CALLER, value);
  }

  /// How long the answer may take from the request on. Then it ends with what has come, and the
  /// finish reason `DEADLINE`. Default: as long as it takes.
  ///
  /// @param value from a millisecond on, in whole milliseconds
  public final O withDeadline(Duration value) {
    return with(DEADLINE, value.truncatedTo(ChronoUnit.MILLIS));
  }

  /// How the next tokens are guessed, to check several in one step. Default: `OFF`.
  public final O withSpeculation(Speculation value) {
    return with(SPECULATION, value);
  }

  /// The most tokens to generate; empty when unset.
  public final OptionalInt maxTokens() {
    return values.get(MAX_TOKENS).stream().mapToInt(value -> value).findFirst();
  }

  /// The sampling parameters that are set.
  public final SamplingOptions sampling() {
    return sampling;
  }

  /// The stop sequences; none when unset.
  public final List<String> stopStrings() {
    return values.get(STOP_STRINGS).orElse(List.of());
  }

  /// The ids of additional end tokens; none when unset.
  public final Set<Integer> stopTokens() {
    return values.get(STOP_TOKENS).orElse(Set.of());
  }

  /// What happens when the context window is full; empty when unset.
  public final Optional<OnContextFull> onContextFull() {
    return values.get(ON_CONTEXT_FULL);
  }

  /// Whether the prompt is repeated; empty when unset.
  public final Optional<Echo> echo() {
    return values.get(ECHO);
  }

  /// Which log-probabilities are kept; empty when unset.
  public final Optional<LogProbabilityOptions> logProbabilities() {
    return values.get(LOG_PROBABILITIES);
  }

  /// The response format; empty when unset.
  public final Optional<ResponseFormat> format() {
    return values.get(FORMAT);
  }

  /// Which of the waiting requests goes first; empty when unset.
  public final Optional<Priority> priority() {
    return values.get(PRIORITY);
  }

  /// On whose behalf the answer is; empty when unset.
  public final Optional<String> caller() {
    return values.get(CALLER);
  }

  /// How long the answer may take; empty when unset.
  public final Optional<Duration> deadline() {
    return values.get(DEADLINE);
  }

  /// How the next tokens are guessed; empty when unset.
  public final Optional<Speculation> speculation() {
    return values.get(SPECULATION);
  }

  /// The options that are set, sampling parameters included, as the members of one object. Their
  /// names are those of OpenAI's and llama.cpp's APIs where these have the option: `max_tokens`,
  /// `temperature`, `stop`, `response_format` …
  public final JsonObject toJson() {
    return values.toJson().toBuilder().putAll(sampling.toJson().members()).build();
  }

  /// The members of such an object, told apart.
  ///
  /// @param sampling those of sampling
  /// @param values all others
  record Read(SamplingOptions sampling, OptionValues values) {
    static Read of(JsonObject json, List<Option<?>> further) {
      List<Option<?>> known = new ArrayList<>(COMMON);
      known.addAll(further);
      JsonObject.Builder own = JsonObject.builder();
      JsonObject.Builder sampling = JsonObject.builder();
      json.members()
          .forEach((name, value) -> (isKnown(name, known) ? own : sampling).put(name, value));
      return new Read(
          SamplingOptions.fromJson(sampling.build()), OptionValues.fromJson(own.build(), known));
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

  private static void requireName(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("caller must not be blank, found '%s'".formatted(name));
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
