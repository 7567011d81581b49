package puna.sample.chain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import puna.sample.SamplerKind;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;

/// A seedable chain of steps from logits to a token. It belongs to one sequence.
///
/// The steps run in the order of the options, which is llama.cpp's unless another is asked for:
/// first the logit bias, then those that make tokens less likely, then those that narrow, then the
/// temperature. So the steps that narrow judge tokens by what the model itself holds likely: a high
/// temperature then varies among good tokens and never lets bad ones in. (Meta's reference code
/// applies top-p after the temperature; at 0.6 that keeps fewer tokens.) Each step sees what the
/// one before left: top-p counts the probabilities of what top-k left. Nothing is allocated for a
/// token.
public final class Sampler {
  private final LogitsStep[] steps;
  private final Draw draw;
  private final RandomDraws random;
  private final BitSet banned = new BitSet();

  /// For tokens without a text, none of which ends an answer.
  ///
  /// @param vocabulary how many tokens there are; a logit bias must stay within
  public Sampler(SamplingOptions options, int vocabulary) {
    this(options, SamplerVocabulary.of(vocabulary));
  }

  /// @throws IllegalArgumentException when a logit bias is outside the vocabulary
  public Sampler(SamplingOptions options, SamplerVocabulary vocabulary) {
    random = new RandomDraws(options.seed().orElseGet(() -> new SplittableRandom().nextLong()));
    List<LogitsStep> chain = new ArrayList<>();
    Map<Integer, Float> biases = biases(options, vocabulary);
    if (!biases.isEmpty()) {
      chain.add(new LogitBias(biases));
    }
    biases.forEach((token, bias) -> banned.set(token, bias == Float.NEGATIVE_INFINITY));
    List<SamplerStep> all = options.steps();
    for (SamplerStep step : needed(all)) {
      addStep(chain, step, vocabulary);
    }
    steps = chain.toArray(LogitsStep[]::new);
    draw = draw(all, vocabulary);
  }

  /// Whether the bans of the options leave any token that has a probability yet.
  public boolean leavesAny(Candidates candidates) {
    if (banned.isEmpty()) {
      return true;
    }
    int token = candidates.nextPossible(0);
    while (token >= 0 && banned.get(token)) {
      token = candidates.nextPossible(token + 1);
    }
    return token >= 0;
  }

  /// Takes note of a token of the prompt.
  public void accept(int token) {
    for (LogitsStep step : steps) {
      step.accept(token);
    }
  }

  /// Draws the next token from `candidates.logits()`, which it may edit, and takes note of it. The
  /// candidates are then those that it was drawn from.
  ///
  /// @throws IllegalArgumentException when a logit is no number, or no token may come
  public int next(Candidates candidates) {
    candidates.reset();
    for (LogitsStep step : steps) {
      step.apply(candidates);
    }
    int token = draw.draw(candidates, random);
    accept(token);
    return token;
  }

  private static Map<Integer, Float> biases(SamplingOptions options, SamplerVocabulary vocabulary) {
    Map<Integer, Float> biases = new HashMap<>(options.logitBias());
    for (int token : biases.keySet()) {
      if (token >= vocabulary.size()) {
        throw new IllegalArgumentException(
            "logitBias must name tokens from 0 to %s, found %s"
                .formatted(vocabulary.size() - 1, token));
      }
    }
    if (options.endTokens().equals(Optional.of(SamplingOptions.EndTokens.BANNED))) {
      for (int token = 0; token < vocabulary.size(); token++) {
        if (vocabulary.endsAnswer().test(token)) {
          biases.put(token, Float.NEGATIVE_INFINITY);
        }
      }
    }
    return biases;
  }

  /// The steps that can make a difference. Where the temperature takes the best alone, those right
  /// before it that always keep the best cannot, nor can those behind it.
  private static List<SamplerStep> needed(List<SamplerStep> steps) {
    List<SamplerStep> needed = new ArrayList<>();
    for (SamplerStep step : steps) {
      if (step instanceof SamplerStep.Temperature temperature
          && temperature.value() == 0
          && temperature.range() == 0) {
        while (!needed.isEmpty() && keepsTheBest(needed.getLast())) {
          needed.removeLast();
        }
        needed.add(step);
        return needed;
      }
      if (!step.isNeutral()) {
        needed.add(step);
      }
    }
    return needed;
  }

  private static boolean keepsTheBest(SamplerStep step) {
    return switch (step.kind()) {
      case TOP_N_SIGMA, TOP_K, TOP_P, MIN_P -> true;
      case PENALTIES, DRY, TYPICAL_P, XTC, INFILL, TEMPERATURE, ADAPTIVE_P, MIROSTAT -> false;
    };
  }

  private void addStep(List<LogitsStep> chain, SamplerStep step, SamplerVocabulary vocabulary) {
    switch (step) {
      case SamplerStep.Penalties s -> chain.add(new RecentTokenPenalties(s, vocabulary.size()));
      case SamplerStep.Dry s -> chain.add(new DryPenalties(s, vocabulary));
      case SamplerStep.TopNSigma s -> chain.add(candidates -> candidates.keepWithinSigmas(s.n()));
      case SamplerStep.TopK s -> chain.add(candidates -> candidates.keepTop(s.k()));
      case SamplerStep.TypicalP s -> chain.add(candidates -> candidates.keepTypical(s.p()));
      case SamplerStep.TopP s -> chain.add(candidates -> candidates.keepMass(s.p()));
      case SamplerStep.MinP s -> {
        double distance = -Math.log(s.p());
        chain.add(candidates -> candidates.keepWithin(distance));
      }
      case SamplerStep.Xtc s ->
          chain.add(candidates -> {
            if (random.next() < s.probability()) {
              candidates.excludeTop(s.threshold());
            }
          });
      case SamplerStep.Infill s -> chain.add(new InfillStep(vocabulary));
      case SamplerStep.Temperature s -> chain.add(candidates -> heat(candidates, s));
      case SamplerStep.AdaptiveP s -> {}
      case SamplerStep.Mirostat s -> {}
    }
  }

  private static void heat(Candidates candidates, SamplerStep.Temperature options) {
    float temperature = options.value();
    if (options.range() > 0) {
      double low = Math.max(0, temperature - options.range());
      double high = (double) temperature + options.range();
      double bent = Math.pow(candidates.normalizedEntropy(), options.exponent());
      temperature = (float) (low + (high - low) * bent);
    }
    candidates.divide(temperature);
  }

  private static Draw draw(List<SamplerStep> steps, SamplerVocabulary vocabulary) {
    SamplerStep last = steps.isEmpty() ? SamplerKind.ADAPTIVE_P.defaultStep() : steps.getLast();
    if (last instanceof SamplerStep.Mirostat mirostat) {
      return new MirostatDraw(mirostat, vocabulary.size());
    }
    if (last instanceof SamplerStep.AdaptiveP adaptive && !adaptive.isNeutral()) {
      return new AdaptiveDraw(adaptive);
    }
    return (candidates, random) -> candidates.draw(random.next());
  }
}
