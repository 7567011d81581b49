package puna.sample.chain;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// llama.cpp's infill sampler: ends the middle of a text where the model is not sure how it goes
/// on. Source: `llama_sampler_infill_apply` of its `llama-sampler.cpp`.
///
/// A token that begins another counts together with it, as whichever of the two is likelier; what
/// is left below a fifth is dropped, unless it ends the answer. It compares each token with each
/// other of the same first byte, so that steps that narrow belong before it.
final class InfillStep implements LogitsStep {
  private static final double END_WEIGHT = 3;
  private static final double LEAST = 0.2;

  private final SamplerVocabulary vocabulary;

  InfillStep(SamplerVocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  private static final class Entry {
    private final int token;
    private final boolean ends;
    private final byte[] bytes;
    private double probability;
    private boolean merged;

    Entry(int token, boolean ends, byte[] bytes, double probability) {
      this.token = token;
      this.ends = ends;
      this.bytes = bytes;
      this.probability = probability;
    }

    boolean begins(Entry other) {
      return bytes.length > 0
          && bytes.length <= other.bytes.length
          && Arrays.equals(bytes, 0, bytes.length, other.bytes, 0, bytes.length);
    }
  }

  @Override
  public void apply(Candidates candidates) {
    Entry[] entries = likeliestFirst(candidates);
    double text = 0;
    double end = 0;
    for (Entry entry : entries) {
      text += entry.ends ? 0 : entry.probability;
      end += entry.ends ? entry.probability : 0;
    }
    if (END_WEIGHT * end * entries.length > text) {
      keep(candidates, entry -> entry.ends, entries);
      return;
    }
    merge(entries);
    Entry[] likely =
        Arrays.stream(entries)
            .filter(entry -> entry.ends || entry.probability >= LEAST)
            .toArray(Entry[]::new);
    long going = Arrays.stream(likely).filter(entry -> !entry.ends).count();
    if (going == 0) {
      keepAnEnd(candidates, entries);
      return;
    }
    double total = Arrays.stream(likely).mapToDouble(entry -> entry.probability).sum();
    double least = total / (going + 1);
    keep(
        candidates,
        entry -> (entry.ends && !entry.merged) || (!entry.ends && entry.probability >= least),
        likely);
  }

  private Entry[] likeliestFirst(Candidates candidates) {
    double total = candidates.weigh();
    Entry[] entries = new Entry[candidates.count()];
    for (int i = 0; i < entries.length; i++) {
      int token = candidates.id(i);
      entries[i] =
          new Entry(
              token,
              vocabulary.endsAnswer().test(token),
              vocabulary.bytes().apply(token),
              candidates.weight(i) / total);
    }
    Arrays.sort(
        entries,
        Comparator.comparingDouble((Entry entry) -> -entry.probability)
            .thenComparingInt(entry -> entry.token));
    return entries;
  }

  private static void merge(Entry[] entries) {
    Map<Byte, List<Entry>> byFirstByte =
        Arrays.stream(entries)
            .filter(entry -> entry.bytes.length > 0)
            .collect(Collectors.groupingBy(entry -> entry.bytes[0]));
    for (Entry entry : entries) {
      if (entry.bytes.length > 0) {
        merge(entry, byFirstByte.getOrDefault(entry.bytes[0], List.of()));
      }
    }
  }

  private static void merge(Entry entry, List<Entry> others) {
    for (Entry other : others) {
      if (entry.merged) {
        return;
      }
      if (other != entry && !other.merged && entry.begins(other)) {
        boolean otherStays = other.probability > entry.probability;
        Entry stays = otherStays ? other : entry;
        Entry goes = otherStays ? entry : other;
        stays.probability += goes.probability;
        goes.probability = 0;
        goes.merged = true;
      }
    }
  }

  private static void keep(Candidates candidates, Predicate<Entry> kept, Entry[] entries) {
    candidates.keep(Arrays.stream(entries).filter(kept).mapToInt(entry -> entry.token).toArray());
  }

  /// Nothing is likely: the answer ends, where something may end it.
  private void keepAnEnd(Candidates candidates, Entry[] entries) {
    float[] logits = candidates.logits();
    int best = -1;
    for (int token = candidates.nextPossible(0);
        token >= 0;
        token = candidates.nextPossible(token + 1)) {
      if (vocabulary.endsAnswer().test(token) && (best < 0 || logits[token] > logits[best])) {
        best = token;
      }
    }
    candidates.keep(best < 0 ? entries[0].token : best);
  }
}
