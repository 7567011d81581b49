package puna.sample.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import puna.sample.SamplerStep;

/// The definitions of the sampler steps written down plainly: sorted lists of tokens, everything in
/// double.
final class SamplerReference {
  /// A token with its logit and, once normalized, its probability.
  record Entry(int id, double logit, double probability) {}

  private SamplerReference() {}

  static List<Entry> of(float[] logits) {
    List<Entry> entries = new ArrayList<>();
    for (int id = 0; id < logits.length; id++) {
      if (logits[id] > Float.NEGATIVE_INFINITY) {
        entries.add(new Entry(id, logits[id], 0));
      }
    }
    return normalized(entries);
  }

  static List<Entry> apply(List<Entry> sorted, SamplerStep step) {
    return step.isNeutral()
        ? sorted
        : switch (step) {
          case SamplerStep.TopNSigma s -> topNSigma(sorted, s.n());
          case SamplerStep.TopK s -> normalized(sorted.subList(0, Math.min(s.k(), sorted.size())));
          case SamplerStep.TypicalP s -> typical(sorted, s.p());
          case SamplerStep.TopP s -> mass(sorted, s.p());
          case SamplerStep.MinP s -> minP(sorted, s.p());
          case SamplerStep.Xtc s -> xtc(sorted, s.threshold());
          case SamplerStep.Temperature s -> temperature(sorted, s);
          case SamplerStep.Infill s -> throw new IllegalArgumentException("has a vocabulary");
          case SamplerStep.Penalties s -> throw new IllegalArgumentException("has a state");
          case SamplerStep.Dry s -> throw new IllegalArgumentException("has a state");
          case SamplerStep.AdaptiveP s -> throw new IllegalArgumentException("draws");
          case SamplerStep.Mirostat s -> throw new IllegalArgumentException("draws");
        };
  }

  /// Sorted by probability, ties by id, with probabilities that add up to 1.
  static List<Entry> normalized(List<Entry> entries) {
    double top = entries.stream().mapToDouble(Entry::logit).max().orElseThrow();
    double total = entries.stream().mapToDouble(e -> Math.exp(e.logit - top)).sum();
    return entries.stream()
        .map(e -> new Entry(e.id, e.logit, Math.exp(e.logit - top) / total))
        .sorted(Comparator.comparingDouble((Entry e) -> -e.logit).thenComparingInt(Entry::id))
        .toList();
  }

  private static List<Entry> topNSigma(List<Entry> sorted, double n) {
    double mean = sorted.stream().mapToDouble(Entry::logit).average().orElseThrow();
    double variance =
        sorted.stream().mapToDouble(e -> Math.pow(e.logit - mean, 2)).average().orElseThrow();
    double least = sorted.getFirst().logit - n * Math.sqrt(variance);
    return normalized(sorted.stream().filter(e -> e.logit >= least).toList());
  }

  private static List<Entry> mass(List<Entry> ordered, double p) {
    double before = 0;
    int count = 0;
    while (count < ordered.size() && before <= p) {
      before += ordered.get(count++).probability;
    }
    return normalized(ordered.subList(0, count));
  }

  private static List<Entry> typical(List<Entry> sorted, double p) {
    double entropy =
        sorted.stream().mapToDouble(e -> -e.probability * Math.log(e.probability)).sum();
    List<Entry> nearest = new ArrayList<>(sorted);
    nearest.sort(
        Comparator.comparingDouble((Entry e) -> Math.abs(-Math.log(e.probability) - entropy))
            .thenComparingInt(Entry::id));
    return mass(nearest, p);
  }

  private static List<Entry> minP(List<Entry> sorted, double p) {
    double least = sorted.getFirst().probability * p;
    return normalized(sorted.stream().filter(e -> e.probability >= least).toList());
  }

  private static List<Entry> xtc(List<Entry> sorted, double threshold) {
    long reaching = sorted.stream().filter(e -> e.probability >= threshold).count();
    return normalized(sorted.subList((int) Math.max(0, reaching - 1), sorted.size()));
  }

  private static List<Entry> temperature(List<Entry> sorted, SamplerStep.Temperature step) {
    double temperature = step.value();
    if (step.range() > 0 && sorted.size() > 1) {
      double entropy =
          sorted.stream().mapToDouble(e -> -e.probability * Math.log(e.probability)).sum();
      double low = Math.max(0, temperature - step.range());
      double high = temperature + step.range();
      double share = Math.pow(entropy / Math.log(sorted.size()), step.exponent());
      temperature = low + (high - low) * share;
    }
    if (temperature == 0) {
      return normalized(sorted.subList(0, 1));
    }
    double divisor = temperature;
    return normalized(sorted.stream().map(e -> new Entry(e.id, e.logit / divisor, 0)).toList());
  }

  /// DRY by its definition: for each token, the longest end of the text that stood right before it.
  static float[] dry(float[] logits, int[] text, SamplerStep.Dry step, int sinceBreaker) {
    int window = step.lastTokens() < 0 ? text.length : Math.min(text.length, step.lastTokens());
    int[] recent = Arrays.copyOfRange(text, text.length - window, text.length);
    Map<Integer, Integer> longest = new HashMap<>();
    for (int next = 1; next < window; next++) {
      int length = 0;
      while (length < next && recent[next - 1 - length] == recent[window - 1 - length]) {
        length++;
      }
      longest.merge(recent[next], Math.min(length, sinceBreaker), Math::max);
    }
    float[] changed = logits.clone();
    if (window > step.allowedLength()) {
      longest.forEach((token, length) -> {
        if (length >= step.allowedLength()) {
          changed[token] -=
              (float) (step.multiplier() * Math.pow(step.base(), length - step.allowedLength()));
        }
      });
    }
    return changed;
  }
}
