package puna.sample;

import static java.util.Objects.requireNonNull;
import static puna.sample.Checks.require;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import puna.sample.SamplerStep.Penalties;
import puna.sample.SamplerStep.Temperature;

/// How the next token is drawn: the steps from logits to a token, in order. The default is Meta's
/// for its instruct models: top-p 0.9, temperature 0.6, nothing else, a different draw each time.
///
/// @param steps each kind at most once; one that draws comes last
/// @param logitBias added to the logits of these tokens before all steps; negative infinity bans a
///   token
/// @param endTokens whether the model may end its answer
/// @param seed from 0: the same draws each time; −1: different ones each time
public record SamplingOptions(
    List<SamplerStep> steps, Map<Integer, Float> logitBias, EndTokens endTokens, long seed) {
  /// A different seed each time.
  public static final long RANDOM_SEED = -1;

  /// Whether the model may end its answer.
  public enum EndTokens {
    ALLOWED,
    /// The tokens that end an answer are banned: llama.cpp's `--ignore-eos`.
    BANNED
  }

  /// @throws IllegalArgumentException when a value is out of range or a rule is broken, naming it
  public SamplingOptions {
    steps = List.copyOf(steps);
    logitBias = Map.copyOf(requireNonNull(logitBias, "logitBias"));
    requireNonNull(endTokens, "endTokens");
    require(seed >= RANDOM_SEED, "seed", "−1 or more", seed);
    Set<SamplerKind> kinds = EnumSet.noneOf(SamplerKind.class);
    for (int i = 0; i < steps.size(); i++) {
      SamplerKind kind = steps.get(i).kind();
      require(kinds.add(kind), "steps", "of different kinds", kind + " again");
      require(
          !kind.draws() || i == steps.size() - 1,
          "steps",
          "such that one that draws comes last",
          kind + " before another");
    }
    logitBias.forEach((token, bias) -> {
      require(token >= 0, "logitBias", "about tokens from 0", token);
      require(
          bias < Float.POSITIVE_INFINITY,
          "logitBias of token " + token,
          "finite or negative infinity",
          bias);
    });
  }

  /// Meta's defaults.
  public static SamplingOptions defaults() {
    return of(List.of(new SamplerStep.TopP(0.9f), new Temperature(0.6f, 0, 1)), RANDOM_SEED);
  }

  /// llama.cpp's defaults: top-k 40, top-p 0.95, min-p 0.05, temperature 0.8, all other steps there
  /// in its order, but doing nothing.
  public static SamplingOptions llamaCppDefaults() {
    List<SamplerStep> steps = new ArrayList<>();
    for (SamplerKind kind : SamplerKind.values()) {
      if (!kind.draws()) {
        steps.add(kind.defaultStep());
      }
    }
    return of(steps, RANDOM_SEED);
  }

  /// Always the most likely token.
  public static SamplingOptions greedy() {
    return of(List.of(new Temperature(0, 0, 1)), 0);
  }

  private static SamplingOptions of(List<SamplerStep> steps, long seed) {
    return new SamplingOptions(steps, Map.of(), EndTokens.ALLOWED, seed);
  }

  /// The step of a type, where there is one.
  public <T extends SamplerStep> Optional<T> step(Class<T> type) {
    return steps.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /// 1 where no step changes it.
  public float temperature() {
    return value(Temperature.class, Temperature::value, 1f);
  }

  /// 0 for all tokens.
  public int topK() {
    return value(SamplerStep.TopK.class, SamplerStep.TopK::k, 0);
  }

  /// 1 for all tokens.
  public float topP() {
    return value(SamplerStep.TopP.class, SamplerStep.TopP::p, 1f);
  }

  /// 0 for all tokens.
  public float minP() {
    return value(SamplerStep.MinP.class, SamplerStep.MinP::p, 0f);
  }

  private <T extends SamplerStep, V> V value(Class<T> type, Function<T, V> reader, V absent) {
    return step(type).map(reader).orElse(absent);
  }

  /// With this step instead of the one of its kind; where there is none, it goes to its place in
  /// llama.cpp's order.
  ///
  /// Mirostat is a way of its own: as in llama.cpp, of the other steps the temperature alone stays.
  public SamplingOptions with(SamplerStep step) {
    List<SamplerStep> changed = new ArrayList<>(steps);
    if (step instanceof SamplerStep.Mirostat) {
      changed.removeIf(other -> !(other instanceof Temperature));
    }
    if (step.kind().draws()) {
      changed.removeIf(other -> other.kind().draws());
    }
    int at = 0;
    while (at < changed.size() && changed.get(at).kind() != step.kind()) {
      at++;
    }
    if (at < changed.size()) {
      changed.set(at, step);
    } else {
      int place = 0;
      while (place < changed.size() && changed.get(place).kind().compareTo(step.kind()) < 0) {
        place++;
      }
      changed.add(place, step);
    }
    return withSteps(changed);
  }

  /// With these steps alone.
  public SamplingOptions withSteps(List<SamplerStep> value) {
    return new SamplingOptions(value, logitBias, endTokens, seed);
  }

  /// With the steps of these kinds alone, in this order; one that is not there yet gets llama.cpp's
  /// default values. One that draws goes last wherever it is named.
  public SamplingOptions withOrder(List<SamplerKind> order) {
    List<SamplerStep> ordered = new ArrayList<>();
    List<SamplerStep> drawing = new ArrayList<>();
    for (SamplerKind kind : order) {
      (kind.draws() ? drawing : ordered)
          .add(
              steps.stream()
                  .filter(step -> step.kind() == kind)
                  .findFirst()
                  .orElseGet(kind::defaultStep));
    }
    ordered.addAll(drawing);
    return withSteps(ordered);
  }

  public SamplingOptions withTemperature(float value) {
    Temperature before = step(Temperature.class).orElseGet(() -> new Temperature(1, 0, 1));
    return with(new Temperature(value, before.range(), before.exponent()));
  }

  public SamplingOptions withTopK(int value) {
    return with(new SamplerStep.TopK(value));
  }

  public SamplingOptions withTopP(float value) {
    return with(new SamplerStep.TopP(value));
  }

  public SamplingOptions withMinP(float value) {
    return with(new SamplerStep.MinP(value));
  }

  public SamplingOptions withRepeatPenalty(float value) {
    Penalties old = penalties();
    return with(new Penalties(old.lastTokens(), value, old.frequency(), old.presence()));
  }

  public SamplingOptions withPresencePenalty(float value) {
    Penalties old = penalties();
    return with(new Penalties(old.lastTokens(), old.repeat(), old.frequency(), value));
  }

  public SamplingOptions withFrequencyPenalty(float value) {
    Penalties old = penalties();
    return with(new Penalties(old.lastTokens(), old.repeat(), value, old.presence()));
  }

  /// How many recent tokens the penalties look at; −1 for all of them.
  public SamplingOptions withPenaltyWindow(int value) {
    Penalties old = penalties();
    return with(new Penalties(value, old.repeat(), old.frequency(), old.presence()));
  }

  private Penalties penalties() {
    return step(Penalties.class).orElse(Penalties.DEFAULT);
  }

  public SamplingOptions withLogitBias(Map<Integer, Float> value) {
    return new SamplingOptions(steps, value, endTokens, seed);
  }

  /// With a logit bias of negative infinity for these tokens.
  public SamplingOptions withBannedTokens(Collection<Integer> tokens) {
    Map<Integer, Float> biases = new HashMap<>(logitBias);
    tokens.forEach(token -> biases.put(token, Float.NEGATIVE_INFINITY));
    return withLogitBias(biases);
  }

  public SamplingOptions withEndTokens(EndTokens value) {
    return new SamplingOptions(steps, logitBias, value, seed);
  }

  public SamplingOptions withSeed(long value) {
    return new SamplingOptions(steps, logitBias, endTokens, value);
  }

  /// For one of several answers to the same prompt: the first has this seed, each other one its
  /// own, derived from it.
  ///
  /// @param answer from 0
  public SamplingOptions forAnswer(int answer) {
    return seed == RANDOM_SEED || answer == 0 ? this : withSeed(RandomDraws.derive(seed, answer));
  }
}
