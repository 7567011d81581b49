package puna.sample;

import static puna.sample.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
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

/// Sampling parameters: how the next token is drawn from the model's logits.
///
/// Unset parameters are the model's own ([puna.ModelInfo#sampling]). The sampler is a chain of
/// steps ([SamplerStep]): those with a parameter that is set, in llama.cpp's order, or exactly
/// those that [#withSteps] or [#withOrder] list. Immutable; a value out of range is an
/// `IllegalArgumentException`.
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
      Option.of("logitBias", LogitBiases::write, LogitBiases::read).keeping(LogitBiases::require);
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
    /// The tokens that end an answer are never drawn: llama.cpp's `--ignore-eos`.
    BANNED
  }

  private SamplingOptions(OptionValues values) {
    this.values = values;
  }

  /// Parameters of which none is set: all are the model's own.
  public static SamplingOptions defaults() {
    return new SamplingOptions(OptionValues.none());
  }

  /// Meta's defaults for its instruct models: top-p 0.9, temperature 0.6.
  public static SamplingOptions metaDefaults() {
    return defaults().withTopP(0.9f).withTemperature(0.6f);
  }

  /// llama.cpp's defaults: top-k 40, top-p 0.95, min-p 0.05, temperature 0.8. Its other steps are
  /// listed in its order, with settings that make them do nothing.
  public static SamplingOptions llamaCppDefaults() {
    return defaults()
        .withOrder(
            Arrays.stream(SamplerKind.values())
                .filter(kind -> !kind.draws() && kind != SamplerKind.INFILL)
                .toList());
  }

  /// Greedy decoding: always the most likely token.
  public static SamplingOptions greedy() {
    return defaults().withSteps(List.of(new SamplerStep.Temperature(0, 0, 1))).withSeed(0);
  }

  /// The steps with a parameter that is set, in the order in which they run.
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

  /// The step of a type; empty when none of its parameters is set.
  public <T extends SamplerStep> Optional<T> step(Class<T> type) {
    return steps().stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /// The temperature; empty when unset.
  public Optional<Float> temperature() {
    return values.get(SamplerOptions.TEMPERATURE);
  }

  /// The k of top-k, 0 for all tokens; empty when unset.
  public OptionalInt topK() {
    return values.get(SamplerOptions.TOP_K).stream().mapToInt(k -> k).findFirst();
  }

  /// The p of top-p, 1 for all tokens; empty when unset.
  public Optional<Float> topP() {
    return values.get(SamplerOptions.TOP_P);
  }

  /// The p of min-p, 0 for all tokens; empty when unset.
  public Optional<Float> minP() {
    return values.get(SamplerOptions.MIN_P);
  }

  /// What is added to the logits of tokens, by token id, before all steps; none when unset.
  public Map<Integer, Float> logitBias() {
    return values.get(LOGIT_BIAS).orElse(Map.of());
  }

  /// Whether the model may end its answer; empty when unset.
  public Optional<EndTokens> endTokens() {
    return values.get(END_TOKENS);
  }

  /// The seed of the random draws; empty when unset.
  public OptionalLong seed() {
    return values.get(SEED).stream().mapToLong(seed -> seed).findFirst();
  }

  /// Sets all parameters of a step. Where the steps are listed and it is not among them, it goes to
  /// its place in llama.cpp's order. Infill, which has no parameters, lists them. Mirostat removes
  /// all others but the temperature, as there.
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
    if (SamplerOptions.of(kind).isEmpty() && !changed.has(SAMPLERS)) {
      listed.addAll(new SamplingOptions(changed).kinds()); // nothing else tells that it is there
      changed = changed.with(SAMPLERS, List.copyOf(listed));
    }
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

  /// Lists the steps. Default: those with a parameter that is set, in llama.cpp's order.
  ///
  /// @param steps each kind at most once; one that draws comes last
  /// @throws IllegalArgumentException when two are of one kind, or one that draws is not the last
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

  /// Lists the kinds of steps. A step without a parameter that is set has the model's values, or
  /// else llama.cpp's; one that draws goes last, wherever it is listed. Default: as [#withSteps].
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

  /// 0 always takes the most likely token; higher is more varied. Default: the model's own.
  public SamplingOptions withTemperature(float value) {
    return with(SamplerKind.TEMPERATURE, SamplerOptions.TEMPERATURE, value);
  }

  /// Draws from the k most likely tokens; 0 for all. Default: the model's own.
  public SamplingOptions withTopK(int value) {
    return with(SamplerKind.TOP_K, SamplerOptions.TOP_K, value);
  }

  /// Nucleus sampling: draws from the most likely tokens that together exceed p, above 0 and at
  /// most 1; 1 for all. Default: the model's own.
  public SamplingOptions withTopP(float value) {
    return with(SamplerKind.TOP_P, SamplerOptions.TOP_P, value);
  }

  /// Draws from tokens at least p times as likely as the most likely one, from 0 to 1; 0 for all.
  /// Default: the model's own.
  public SamplingOptions withMinP(float value) {
    return with(SamplerKind.MIN_P, SamplerOptions.MIN_P, value);
  }

  /// Divides positive logits of recent tokens and multiplies negative ones, above 0; 1 for none.
  /// Default: the model's own.
  public SamplingOptions withRepeatPenalty(float value) {
    return with(SamplerKind.PENALTIES, SamplerOptions.REPEAT_PENALTY, value);
  }

  /// Subtracted once from the logits of recent tokens; 0 for none. Default: the model's own.
  public SamplingOptions withPresencePenalty(float value) {
    return with(SamplerKind.PENALTIES, SamplerOptions.PRESENCE_PENALTY, value);
  }

  /// Subtracted from logits for each recent occurrence; 0 for none. Default: the model's own.
  public SamplingOptions withFrequencyPenalty(float value) {
    return with(SamplerKind.PENALTIES, SamplerOptions.FREQUENCY_PENALTY, value);
  }

  /// How many recent tokens the penalties look at; −1 for all. Default: the model's own, or 64.
  public SamplingOptions withPenaltyWindow(int value) {
    return with(SamplerKind.PENALTIES, SamplerOptions.PENALTY_WINDOW, value);
  }

  private <T> SamplingOptions with(SamplerKind kind, Option<T> option, T value) {
    OptionValues changed = values.with(option, value);
    SamplerStep _ = SamplerOptions.step(kind, changed); // for its checks
    return new SamplingOptions(
        changed
            .get(SAMPLERS)
            .map(listed -> changed.with(SAMPLERS, placed(new ArrayList<>(listed), kind)))
            .orElse(changed));
  }

  /// Added to logits, by token id, before all steps; negative infinity bans. Default: none.
  public SamplingOptions withLogitBias(Map<Integer, Float> value) {
    return new SamplingOptions(
        values.with(LOGIT_BIAS, Collections.unmodifiableMap(new TreeMap<>(value))));
  }

  /// Bans tokens: sets their logit bias to negative infinity. Default: none.
  public SamplingOptions withBannedTokens(Collection<Integer> tokens) {
    Map<Integer, Float> biases = new HashMap<>(logitBias());
    tokens.forEach(token -> biases.put(token, Float.NEGATIVE_INFINITY));
    return withLogitBias(biases);
  }

  /// Whether the model may end its answer. Default: `ALLOWED`.
  public SamplingOptions withEndTokens(EndTokens value) {
    return new SamplingOptions(values.with(END_TOKENS, value));
  }

  /// The same seed, 0 or more, gives the same draws. Default: a different one for each answer.
  public SamplingOptions withSeed(long value) {
    return new SamplingOptions(values.with(SEED, value));
  }

  /// These parameters, completed by those of `defaults` that are not set here. Where the steps are
  /// listed here, the defaults add none; where the defaults list theirs, what is set here joins.
  public SamplingOptions over(SamplingOptions defaults) {
    OptionValues below = defaults.values;
    if (values.has(SAMPLERS)) {
      below = defaults.withOrder(values.get(SAMPLERS).orElseThrow()).values;
    } else {
      for (SamplerKind kind : kindsThatAreSet()) {
        if (kind.draws() || !below.get(SAMPLERS).map(l -> l.contains(kind)).orElse(true)) {
          below = new SamplingOptions(below).with(kind.defaultStep()).values;
        }
      }
    }
    return new SamplingOptions(values.over(below));
  }

  /// The parameters that are set, with llama.cpp's names: `temperature`, `top_k`, `samplers`,
  /// `logit_bias` (where `false` bans a token), `ignore_eos`, `seed` …
  public JsonObject toJson() {
    return values.toJson();
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
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
