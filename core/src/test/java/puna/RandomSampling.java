package puna;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import puna.sample.SamplerKind;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;

/// Sampling options as a row of random changes leaves them.
final class RandomSampling {
  private static final Set<SamplerKind> DRAWS =
      Set.of(SamplerKind.ADAPTIVE_P, SamplerKind.MIROSTAT);

  private final Random random;

  RandomSampling(Random random) {
    this.random = random;
  }

  SamplingOptions options() {
    SamplingOptions options =
        switch (random.nextInt(6)) {
          case 0 -> SamplingOptions.metaDefaults();
          case 1 -> SamplingOptions.llamaCppDefaults();
          case 2 -> SamplingOptions.greedy();
          default -> SamplingOptions.defaults();
        };
    for (int i = random.nextInt(6); i > 0; i--) {
      options = changed(options);
    }
    return options;
  }

  private SamplingOptions changed(SamplingOptions options) {
    return switch (random.nextInt(16)) {
      case 0 -> options.withTemperature(positive());
      case 1 -> options.withTopK(count());
      case 2 -> options.withTopP(share());
      case 3 -> options.withMinP(random.nextFloat());
      case 4 -> options.withRepeatPenalty(share());
      case 5 -> options.withPresencePenalty(number());
      case 6 -> options.withFrequencyPenalty(number());
      case 7 -> options.withPenaltyWindow(count() - (random.nextBoolean() ? 1 : 0));
      case 8 -> options.withLogitBias(biases());
      case 9 -> options.withBannedTokens(List.of(random.nextInt(9), Integer.MAX_VALUE));
      case 10 -> options.withEndTokens(any(EndTokens.values()));
      case 11 -> options.withSeed(random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(9));
      case 12 -> options.withSteps(kinds().stream().map(this::step).toList());
      case 13 -> options.withOrder(kinds());
      case 14 -> options.over(SamplingOptions.llamaCppDefaults().withTopK(7));
      default -> options.with(step(kinds().getLast()));
    };
  }

  /// Some kinds of steps, at least one, in any order; of those that draw at most one, as the last.
  private List<SamplerKind> kinds() {
    List<SamplerKind> kinds = new ArrayList<>(Arrays.asList(SamplerKind.values()));
    kinds.removeAll(DRAWS);
    Collections.shuffle(kinds, random);
    List<SamplerKind> some = new ArrayList<>(kinds.subList(0, 1 + random.nextInt(kinds.size())));
    if (random.nextInt(3) == 0) {
      some.add(random.nextBoolean() ? SamplerKind.ADAPTIVE_P : SamplerKind.MIROSTAT);
    }
    return some;
  }

  private SamplerStep step(SamplerKind kind) {
    return switch (kind) {
      case PENALTIES -> new SamplerStep.Penalties(count() - 1, share(), number(), number());
      case DRY ->
          new SamplerStep.Dry(positive(), 1 + positive(), count(), count() - 1, List.of("\n", "é"));
      case TOP_N_SIGMA -> new SamplerStep.TopNSigma(number());
      case TOP_K -> new SamplerStep.TopK(count());
      case TYPICAL_P -> new SamplerStep.TypicalP(share());
      case TOP_P -> new SamplerStep.TopP(share());
      case MIN_P -> new SamplerStep.MinP(random.nextFloat());
      case XTC -> new SamplerStep.Xtc(random.nextFloat(), random.nextFloat());
      case INFILL -> new SamplerStep.Infill();
      case TEMPERATURE -> new SamplerStep.Temperature(positive(), positive(), positive());
      case ADAPTIVE_P -> new SamplerStep.AdaptiveP(random.nextFloat(), random.nextFloat() * 0.99f);
      case MIROSTAT -> new SamplerStep.Mirostat(1 + random.nextInt(2), positive(), positive());
    };
  }

  private Map<Integer, Float> biases() {
    Map<Integer, Float> biases = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      biases.put(count(), random.nextInt(3) == 0 ? Float.NEGATIVE_INFINITY : number());
    }
    return biases;
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private int count() {
    return random.nextInt(5) == 0 ? Integer.MAX_VALUE : random.nextInt(200);
  }

  /// Above 0, at most 1.
  private float share() {
    return random.nextInt(5) == 0 ? Float.MIN_VALUE : 1 - random.nextFloat();
  }

  private float positive() {
    return Math.abs(number());
  }

  /// Any that is finite, of any size; now and then −0.
  private float number() {
    return switch (random.nextInt(6)) {
      case 0 -> -0f;
      case 1 -> (random.nextBoolean() ? 1 : -1) * Float.MAX_VALUE;
      case 2 -> Float.MIN_VALUE;
      default -> finite();
    };
  }

  private float finite() {
    float number = Float.intBitsToFloat(random.nextInt());
    return Float.isFinite(number) ? number : 1;
  }
}
