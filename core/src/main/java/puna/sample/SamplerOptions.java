package puna.sample;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.error.JsonException;
import puna.options.Option;
import puna.options.OptionValues;

/// The options that each kind of sampler step is made of. Their names in JSON are llama.cpp's.
final class SamplerOptions {
  static final Option<Integer> PENALTY_WINDOW =
      Option.integer("penaltyWindow").inJson("repeat_last_n");
  static final Option<Float> REPEAT_PENALTY = Option.number("repeatPenalty");
  static final Option<Float> FREQUENCY_PENALTY = Option.number("frequencyPenalty");
  static final Option<Float> PRESENCE_PENALTY = Option.number("presencePenalty");
  static final Option<Float> TOP_N_SIGMA = Option.number("topNSigma");
  static final Option<Integer> TOP_K = Option.integer("topK");
  static final Option<Float> TYPICAL_P = Option.number("typicalP");
  static final Option<Float> TOP_P = Option.number("topP");
  static final Option<Float> MIN_P = Option.number("minP");
  static final Option<Float> TEMPERATURE = Option.number("temperature");

  private static final Option<Float> DRY_MULTIPLIER = Option.number("dryMultiplier");
  private static final Option<Float> DRY_BASE = Option.number("dryBase");
  private static final Option<Integer> DRY_ALLOWED_LENGTH = Option.integer("dryAllowedLength");
  private static final Option<Integer> DRY_PENALTY_LAST_N =
      Option.integer("dryPenaltyLastN").inJson("dry_penalty_last_n");
  private static final Option<List<String>> DRY_SEQUENCE_BREAKERS =
      Option.texts("drySequenceBreakers");
  private static final Option<Float> XTC_PROBABILITY = Option.number("xtcProbability");
  private static final Option<Float> XTC_THRESHOLD = Option.number("xtcThreshold");
  private static final Option<Float> DYNATEMP_RANGE = Option.number("dynatempRange");
  private static final Option<Float> DYNATEMP_EXPONENT = Option.number("dynatempExponent");
  private static final Option<Float> ADAPTIVE_TARGET = Option.number("adaptiveTarget");
  private static final Option<Float> ADAPTIVE_DECAY = Option.number("adaptiveDecay");
  private static final Option<Integer> MIROSTAT = Option.integer("mirostat");
  private static final Option<Float> MIROSTAT_TAU = Option.number("mirostatTau");
  private static final Option<Float> MIROSTAT_ETA = Option.number("mirostatEta");

  private static final Map<SamplerKind, List<Option<?>>> BY_KIND =
      Map.ofEntries(
          Map.entry(
              SamplerKind.PENALTIES,
              List.of(PENALTY_WINDOW, REPEAT_PENALTY, FREQUENCY_PENALTY, PRESENCE_PENALTY)),
          Map.entry(
              SamplerKind.DRY,
              List.of(
                  DRY_MULTIPLIER,
                  DRY_BASE,
                  DRY_ALLOWED_LENGTH,
                  DRY_PENALTY_LAST_N,
                  DRY_SEQUENCE_BREAKERS)),
          Map.entry(SamplerKind.TOP_N_SIGMA, List.of(TOP_N_SIGMA)),
          Map.entry(SamplerKind.TOP_K, List.of(TOP_K)),
          Map.entry(SamplerKind.TYPICAL_P, List.of(TYPICAL_P)),
          Map.entry(SamplerKind.TOP_P, List.of(TOP_P)),
          Map.entry(SamplerKind.MIN_P, List.of(MIN_P)),
          Map.entry(SamplerKind.XTC, List.of(XTC_PROBABILITY, XTC_THRESHOLD)),
          Map.entry(SamplerKind.INFILL, List.of()),
          Map.entry(
              SamplerKind.TEMPERATURE, List.of(TEMPERATURE, DYNATEMP_RANGE, DYNATEMP_EXPONENT)),
          Map.entry(SamplerKind.ADAPTIVE_P, List.of(ADAPTIVE_TARGET, ADAPTIVE_DECAY)),
          Map.entry(SamplerKind.MIROSTAT, List.of(MIROSTAT, MIROSTAT_TAU, MIROSTAT_ETA)));

  private SamplerOptions() {}

  static List<Option<?>> of(SamplerKind kind) {
    return Optional.ofNullable(BY_KIND.get(kind)).orElseThrow();
  }

  /// The step of that kind with the values that are set, and llama.cpp's for the others. Other
  /// values of one kind go together: a rule that one breaks is told by the step.
  static SamplerStep step(SamplerKind kind, OptionValues values) {
    Values set = new Values(values);
    return switch (kind.defaultStep()) {
      case SamplerStep.Penalties p ->
          new SamplerStep.Penalties(
              set.or(PENALTY_WINDOW, p.lastTokens()),
              set.or(REPEAT_PENALTY, p.repeat()),
              set.or(FREQUENCY_PENALTY, p.frequency()),
              set.or(PRESENCE_PENALTY, p.presence()));
      case SamplerStep.Dry d ->
          new SamplerStep.Dry(
              set.or(DRY_MULTIPLIER, d.multiplier()),
              set.or(DRY_BASE, d.base()),
              set.or(DRY_ALLOWED_LENGTH, d.allowedLength()),
              set.or(DRY_PENALTY_LAST_N, d.lastTokens()),
              set.or(DRY_SEQUENCE_BREAKERS, d.breakers()));
      case SamplerStep.TopNSigma s -> new SamplerStep.TopNSigma(set.or(TOP_N_SIGMA, s.n()));
      case SamplerStep.TopK s -> new SamplerStep.TopK(set.or(TOP_K, s.k()));
      case SamplerStep.TypicalP s -> new SamplerStep.TypicalP(set.or(TYPICAL_P, s.p()));
      case SamplerStep.TopP s -> new SamplerStep.TopP(set.or(TOP_P, s.p()));
      case SamplerStep.MinP s -> new SamplerStep.MinP(set.or(MIN_P, s.p()));
      case SamplerStep.Xtc x ->
          new SamplerStep.Xtc(
              set.or(XTC_PROBABILITY, x.probability()), set.or(XTC_THRESHOLD, x.threshold()));
      case SamplerStep.Infill i -> i;
      case SamplerStep.Temperature t ->
          new SamplerStep.Temperature(
              set.or(TEMPERATURE, t.value()),
              set.or(DYNATEMP_RANGE, t.range()),
              set.or(DYNATEMP_EXPONENT, t.exponent()));
      case SamplerStep.AdaptiveP a ->
          new SamplerStep.AdaptiveP(
              set.or(ADAPTIVE_TARGET, a.target()), set.or(ADAPTIVE_DECAY, a.decay()));
      case SamplerStep.Mirostat m ->
          new SamplerStep.Mirostat(
              set.or(MIROSTAT, m.version()),
              set.or(MIROSTAT_TAU, m.tau()),
              set.or(MIROSTAT_ETA, m.eta()));
    };
  }

  /// The same values with those of a step in place of its kind's.
  static OptionValues with(OptionValues values, SamplerStep step) {
    return switch (step) {
      case SamplerStep.Penalties p ->
          values
              .with(PENALTY_WINDOW, p.lastTokens())
              .with(REPEAT_PENALTY, p.repeat())
              .with(FREQUENCY_PENALTY, p.frequency())
              .with(PRESENCE_PENALTY, p.presence());
      case SamplerStep.Dry d ->
          values
              .with(DRY_MULTIPLIER, d.multiplier())
              .with(DRY_BASE, d.base())
              .with(DRY_ALLOWED_LENGTH, d.allowedLength())
              .with(DRY_PENALTY_LAST_N, d.lastTokens())
              .with(DRY_SEQUENCE_BREAKERS, d.breakers());
      case SamplerStep.TopNSigma s -> values.with(TOP_N_SIGMA, s.n());
      case SamplerStep.TopK s -> values.with(TOP_K, s.k());
      case SamplerStep.TypicalP s -> values.with(TYPICAL_P, s.p());
      case SamplerStep.TopP s -> values.with(TOP_P, s.p());
      case SamplerStep.MinP s -> values.with(MIN_P, s.p());
      case SamplerStep.Xtc x ->
          values.with(XTC_PROBABILITY, x.probability()).with(XTC_THRESHOLD, x.threshold());
      case SamplerStep.Infill _ -> values;
      case SamplerStep.Temperature t ->
          values
              .with(TEMPERATURE, t.value())
              .with(DYNATEMP_RANGE, t.range())
              .with(DYNATEMP_EXPONENT, t.exponent());
      case SamplerStep.AdaptiveP a ->
          values.with(ADAPTIVE_TARGET, a.target()).with(ADAPTIVE_DECAY, a.decay());
      case SamplerStep.Mirostat m ->
          values
              .with(MIROSTAT, m.version())
              .with(MIROSTAT_TAU, m.tau())
              .with(MIROSTAT_ETA, m.eta());
    };
  }

  /// Values that are set one by one, as JSON does it.
  ///
  /// @throws JsonException when one breaks the rule of its step, with its path
  static void requireEach(OptionValues values) {
    BY_KIND.forEach((kind, options) -> {
      for (Option<?> option : options) {
        if (values.has(option)) {
          try {
            step(kind, values.only(option));
          } catch (IllegalArgumentException e) {
            throw new JsonException("$.%s: %s".formatted(option.jsonName(), e.getMessage()), e);
          }
        }
      }
    });
  }

  static OptionValues without(OptionValues values, SamplerKind kind) {
    OptionValues left = values;
    for (Option<?> option : of(kind)) {
      left = left.without(option);
    }
    return left;
  }

  private record Values(OptionValues values) {
    <T> T or(Option<T> option, T absent) {
      return values.get(option).orElse(absent);
    }
  }
}
