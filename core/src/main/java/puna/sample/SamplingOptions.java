package puna.sample;

import static puna.sample.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import puna.error.JsonException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;

/// How the next token is drawn. What is not set here is as the model has it by default.
///
/// A draw is a chain of steps from logits to a token ([SamplerStep]): the steps of which something
/// is set, in llama.cpp's order. Where [#withSteps] or [#withOrder] say which steps there are,
/// there are no others.
public final class SamplingOptions {
  private static final Option<List<SamplerKind>> SAMPLERS =
      Option.<List<SamplerKind>>of(
              "samplers",
              kinds ->
                  new JsonValue.JsonArray(
                      kinds.stream()
                          .<JsonValue>map(kind -> new JsonValue.JsonString(kind.samplerName()))
                          .toList()),
              json -> SamplerKind.ofNames(Option.list(json, Option::readText)))
          .keeping(SamplerKind::requireOrder);
  private static final Option<Map<Integer, Float>> LOGIT_BIAS =
      Option.of("logitBias", SamplingOptions::writeBias, SamplingOptions::readBias)
          .keeping(SamplingOptions::requireBias);
  private static final Option<EndTokens> END_TOKENS =
      Option.<EndTokens>of(
              "endTokens",
              value -> JsonBoolean.of(value == EndTokens.BANNED),
              json -> Option.readBoolean(json) ? EndTokens.BANNED : EndTokens.ALLOWED)
          .inJson("ignore_eos");
  private static final Option<Long> SEED =
      Option.longInteger("seed").keeping(seed -> require(seed >= 0, "seed", "0 or more", seed));

  private final OptionValues values;

  /// Whether the model may end its answer.
  public enum EndTokens {
    ALLOWED,
    /// The tokens that end an answer are banned: llama.cpp's `--ignore-eos`.
    BANNED
  }

  private SamplingOptions(OptionValues values) {
    this.values = values;
  }

  /// All as the model has it.
  public static SamplingOptions defaults() {
    return new SamplingOptions(OptionValues.none());
  }

  /// Meta's for its instruct models: top-p 0.9, temperature 0.6.
  public static SamplingOptions metaDefaults() {
    return defaults().withTopP(0.9f).withTemperature(0.6f);
  }

  /// llama.cpp's: top-k 40, top-p 0.95, min-p 0.05, temperature 0.8, all other steps there in its
  /// order, but doing nothing.
  public static SamplingOptions llamaCppDefaults() {
    return defaults()
        .withOrder(Arrays.stream(SamplerKind.values()).filter(kind -> !kind.draws()).toList());
  }

  /// Always the most likely token.
  public static SamplingOptions greedy() {
    return defaults().withSteps(List.of(new SamplerStep.Temperature(0, 0, 1))).withSeed(0);
  }

  /// The steps of which something is set, in the order in which they run.
  public List<SamplerStep> steps() {
    return kinds().stream().map(kind -> SamplerOptions.step(kind, values)).toList();
  }

  private List<SamplerKind> kinds() {
    return values.get(SAMPLERS).orElseGet(this::kindsThatAreSet);
  }

  private List<SamplerKind> kindsThatAreSet() {
    List<SamplerKind> kinds = new ArrayList<>();
    for (SamplerKind kind : SamplerKind.values()) {
      if (SamplerOptions.of(kind).stream().anyMatch(values::has)) {
        kinds.add(kind);
      }
    }
    if (kinds.contains(SamplerKind.MIROSTAT)) {
      // as in llama.cpp, whatever else the model's defaults have
      kinds.retainAll(Set.of(SamplerKind.TEMPERATURE, SamplerKind.MIROSTAT));
    }
    return kinds;
  }

  /// The step of a type, where something of it is set.
  public <T extends SamplerStep> Optional<T> step(Class<T> type) {
    return steps().stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  public Optional<Float> temperature() {
    return values.get(SamplerOptions.TEMPERATURE);
  }

  /// 0 for all tokens.
  public OptionalInt topK() {
    return values.get(SamplerOptions.TOP_K).stream().mapToInt(k -> k).findFirst();
  }

  /// 1 for all tokens.
  public Optional<Float> topP() {
    return values.get(SamplerOptions.TOP_P);
  }

  /// 0 for all tokens.
  public Optional<Float> minP() {
    return values.get(SamplerOptions.MIN_P);
  }

  /// Added to the logits of these tokens before all steps; negative infinity bans a token.
  public Map<Integer, Float> logitBias() {
    return values.get(LOGIT_BIAS).orElse(Map.of());
  }

  public Optional<EndTokens> endTokens() {
    return values.get(END_TOKENS);
  }

  /// The same draws each time; empty for different ones each time.
  public OptionalLong seed() {
    return values.get(SEED).stream().mapToLong(seed -> seed).findFirst();
  }

  /// With this step instead of the one of its kind; where the steps are listed and it is not among
  /// them, it goes to its place in llama.cpp's order.
  ///
  /// Mirostat is a way of its own: as in llama.cpp, of the other steps the temperature alone stays.
  public SamplingOptions with(SamplerStep step) {
    SamplerKind kind = step.kind();
    OptionValues changed = values;
    List<SamplerKind> listed = new ArrayList<>(values.get(SAMPLERS).orElse(List.of()));
    for (SamplerKind other : SamplerKind.values()) {
      if (other != kind && excludes(kind, other)) {
        changed = SamplerOptions.without(changed, other);
        listed.remove(other);
      }
    }
    changed = SamplerOptions.with(changed, step);
    return new SamplingOptions(
        changed.has(SAMPLERS) ? changed.with(SAMPLERS, placed(listed, kind)) : changed);
  }

  private static boolean excludes(SamplerKind kind, SamplerKind other) {
    return kind == SamplerKind.MIROSTAT
        ? other != SamplerKind.TEMPERATURE
        : kind.draws() && other.draws();
  }

  private static List<SamplerKind> placed(List<SamplerKind> listed, SamplerKind kind) {
    if (!listed.contains(kind)) {
      int place = 0;
      while (place < listed.size() && listed.get(place).compareTo(kind) < 0) {
        place++;
      }
      listed.add(place, kind);
    }
    return List.copyOf(listed);
  }

  /// With these steps alone.
  ///
  /// @param steps each kind at most once; one that draws comes last
  /// @throws IllegalArgumentException when two are of one kind, or another follows one that draws
  public SamplingOptions withSteps(List<SamplerStep> steps) {
    OptionValues changed = values.with(SAMPLERS, steps.stream().map(SamplerStep::kind).toList());
    for (SamplerKind kind : SamplerKind.values()) {
      changed = SamplerOptions.without(changed, kind);
    }
    for (SamplerStep step : steps) {
      changed = SamplerOptions.with(changed, step);
    }
    return new SamplingOptions(changed);
  }

  /// With the steps of these kinds alone, in this order; one of which nothing is set gets the
  /// model's values, or else llama.cpp's. One that draws goes last wherever it is named.
  ///
  /// @throws IllegalArgumentException when a kind comes twice, or two that draw
  public SamplingOptions withOrder(List<SamplerKind> order) {
    List<SamplerKind> kinds = new ArrayList<>(order.stream().filter(k -> !k.draws()).toList());
    kinds.addAll(order.stream().filter(SamplerKind::draws).toList());
    OptionValues changed = values;
    for (SamplerKind kind : SamplerKind.values()) {
      if (!kinds.contains(kind)) {
        changed = SamplerOptions.without(changed, kind);
      }
    }
    return new SamplingOptions(changed.with(SAMPLERS, List.copyOf(kinds)));
  }

  /// @param value 0 keeps the most likely token alone; higher is more varied
  public SamplingOptions withTemperature(float value) {
    return with(SamplerKind.TEMPERATURE, SamplerOptions.TEMPERATURE, value);
  }

  /// @param value 0 for all tokens
  public SamplingOptions withTopK(int value) {
    return with(SamplerKind.TOP_K, SamplerOptions.TOP_K, value);
  }

  /// @param value 1 for all tokens
  public SamplingOptions withTopP(float value) {
    return with(SamplerKind.TOP_P, SamplerOptions.TOP_P, value);
  }

  /// @param value 0 for all tokens
  public SamplingOptions withMinP(float value) {
    return with(SamplerKind.MIN_P, SamplerOptions.MIN_P, value);
  }

  /// @param value divides positive and multiplies negative logits of recent tokens; 1 for none
  public SamplingOptions withRepeatPenalty(float value) {
    return with(SamplerKind.PENALTIES, SamplerOptions.REPEAT_PENALTY, value);
  }

  /// @param value subtracted once from the logits of recent tokens
  public SamplingOptions withPresencePenalty(float value) {
    return with(SamplerKind.PENALTIES, SamplerOptions.PRESENCE_PENALTY, value);
  }

  /// @param value subtracted from the logits of recent tokens for each time
  public SamplingOptions withFrequencyPenalty(float value) {
    return with(SamplerKind.PENALTIES, SamplerOptions.FREQUENCY_PENALTY, value);
  }

  /// How many recent tokens the penalties look at; −1 for all of them.
  public SamplingOptions withPenaltyWindow(int value) {
    return with(SamplerKind.PENALTIES, SamplerOptions.PENALTY_WINDOW, value);
  }

  private <T> SamplingOptions with(SamplerKind kind, Option<T> option, T value) {
    return with(SamplerOptions.step(kind, values.with(option, value)), option, value);
  }

  /// @param step for its checks, and its place
  private <T> SamplingOptions with(SamplerStep step, Option<T> option, T value) {
    OptionValues changed = values.with(option, value);
    return new SamplingOptions(
        changed.has(SAMPLERS)
            ? changed.with(
                SAMPLERS, placed(new ArrayList<>(changed.get(SAMPLERS).orElseThrow()), step.kind()))
            : changed);
  }

  public SamplingOptions withLogitBias(Map<Integer, Float> value) {
    return new SamplingOptions(
        values.with(LOGIT_BIAS, Collections.unmodifiableMap(new TreeMap<>(value))));
  }

  /// With a logit bias of negative infinity for these tokens.
  public SamplingOptions withBannedTokens(Collection<Integer> tokens) {
    Map<Integer, Float> biases = new HashMap<>(logitBias());
    tokens.forEach(token -> biases.put(token, Float.NEGATIVE_INFINITY));
    return withLogitBias(biases);
  }

  public SamplingOptions withEndTokens(EndTokens value) {
    return new SamplingOptions(values.with(END_TOKENS, value));
  }

  /// @param value the same draws each time; 0 or more
  public SamplingOptions withSeed(long value) {
    return new SamplingOptions(values.with(SEED, value));
  }

  /// What is set here, and for the rest what is set in `defaults`. Where the steps are listed here,
  /// the defaults give values to them and add no others.
  public SamplingOptions over(SamplingOptions defaults) {
    OptionValues below = defaults.values;
    if (values.has(SAMPLERS)) {
      below = defaults.withOrder(values.get(SAMPLERS).orElseThrow()).values;
    } else {
      for (SamplerKind kind : kindsThatAreSet()) {
        if (kind.draws()) {
          below = defaults.with(kind.defaultStep()).values;
        }
      }
    }
    return new SamplingOptions(values.over(below));
  }

  /// The options that are set, with llama.cpp's names: `temperature`, `top_k`, `samplers`,
  /// `logit_bias` (where `false` bans a token), `ignore_eos`, `seed` …
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from a JSON object.
  ///
  /// @throws JsonException when a member is no such option or its value breaks a rule, with its
  ///   path
  public static SamplingOptions fromJson(JsonObject json) {
    OptionValues values = OptionValues.fromJson(json, all());
    SamplerOptions.requireEach(values);
    return new SamplingOptions(values);
  }

  private static List<Option<?>> all() {
    List<Option<?>> all = new ArrayList<>(List.of(SAMPLERS, LOGIT_BIAS, END_TOKENS, SEED));
    for (SamplerKind kind : SamplerKind.values()) {
      all.addAll(SamplerOptions.of(kind));
    }
    return all;
  }

  private static JsonValue writeBias(Map<Integer, Float> biases) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    biases.forEach((token, bias) ->
        members.put(
            String.valueOf(token),
            bias == Float.NEGATIVE_INFINITY ? JsonBoolean.FALSE : Option.writeFloat(bias)));
    return new JsonObject(members);
  }

  private static Map<Integer, Float> readBias(JsonValue json) {
    Map<Integer, Float> biases = new TreeMap<>();
    Option.members(json, SamplingOptions::readOneBias)
        .forEach((token, bias) -> biases.put(readToken(token), bias));
    return Collections.unmodifiableMap(biases);
  }

  private static float readOneBias(JsonValue json) {
    return switch (json) {
      case JsonBoolean truth when truth == JsonBoolean.FALSE -> Float.NEGATIVE_INFINITY;
      case JsonValue.JsonNumber number -> Option.readFloat(number);
      default -> throw Option.mustBe("a number, or false to ban the token", json);
    };
  }

  private static int readToken(String text) {
    JsonValue.JsonString name = new JsonValue.JsonString(text);
    try {
      int token = Integer.parseInt(text);
      if (text.equals(Integer.toString(token))) {
        return token;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "a token's id " + Option.mustBe("an integer of 32 bits", name).getMessage());
  }

  private static void requireBias(Map<Integer, Float> biases) {
    biases.forEach((token, bias) -> {
      require(token >= 0, "logitBias", "about tokens from 0", token);
      require(
          bias < Float.POSITIVE_INFINITY,
          "logitBias of token " + token,
          "finite or negative infinity",
          bias);
    });
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SamplingOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /// What is set.
  @Override
  public String toString() {
    return "SamplingOptions" + values;
  }
}
