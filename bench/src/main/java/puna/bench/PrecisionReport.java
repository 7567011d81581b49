package puna.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import puna.KernelTier;
import puna.KvPrecision;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Prompt;
import puna.ScoreListener;
import puna.ScoreOptions;

/// How far each tier's text is from the scalar tier's in float32: over all positions of a text, the
/// mean Kullback–Leibler divergence of the next token's distribution in nats, and how often the
/// likeliest token is another.
///
/// `PrecisionReport MODEL TEXT [POSITIONS [LOGITS]]`. Decode reads one token a step, prefill many.
/// LOGITS is what another engine makes of the first positions, up to the window: little-endian
/// float32, a vocabulary a position.
public final class PrecisionReport {
  private static final int WINDOW = 1024;
  private static final int PREFILL = 512;

  private final String model;
  private final int[] tokens;
  private final MemorySegment reference; // (positions × vocabulary) logits
  private final int vocabulary;

  private PrecisionReport(String model, int[] tokens, MemorySegment reference, int vocabulary) {
    this.model = model;
    this.tokens = tokens;
    this.reference = reference;
    this.vocabulary = vocabulary;
  }

  /// What is compared.
  ///
  /// @param properties of the system while the model is opened
  private record Way(
      String name, String tier, KvPrecision cache, int batch, Map<String, String> properties) {}

  /// @param arguments the model, a text file, and how many positions of it at most
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("arguments are MODEL TEXT [POSITIONS]");
    }
    int most = arguments.length > 2 ? Integer.parseInt(arguments[2]) : Integer.MAX_VALUE;
    Path file = Files.createTempFile("puna-logits", ".f32");
    try (Arena arena = Arena.ofShared()) {
      int[] tokens;
      int vocabulary;
      try (Llama llama = open(arguments[0], reference())) {
        int[] all = llama.tokenizer().encode(Files.readString(Path.of(arguments[1])));
        tokens = Arrays.copyOf(all, Math.min(all.length, most));
        vocabulary = llama.tokenizer().vocabularySize();
      }
      MemorySegment logits = map(file, (long) tokens.length * vocabulary * Float.BYTES, arena);
      PrecisionReport report = new PrecisionReport(arguments[0], tokens, logits, vocabulary);
      report.run();
      if (arguments.length > 3) {
        report.compareFile(Path.of(arguments[3]));
      }
    } finally {
      Files.delete(file);
    }
  }

  private static MemorySegment map(Path file, long bytes, Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
    }
  }

  private static Way reference() {
    return new Way("scalar, f32 cache", "scalar", KvPrecision.F32, PREFILL, Map.of());
  }

  private void run() {
    score(
        reference(),
        (position, logits) ->
            MemorySegment.copy(
                logits,
                0,
                reference,
                ValueLayout.JAVA_FLOAT,
                (long) position * vocabulary * Float.BYTES,
                vocabulary));
    System.out.printf(
        "%s positions in windows of %s, against %s%n%n", tokens.length, WINDOW, reference().name());
    System.out.printf("%-44s %10s %10s %10s%n", "", "mean KL", "worst KL", "other best");
    for (Way way : ways()) {
      compare(way);
    }
  }

  private static List<Way> ways() {
    String tier = "puna.x64.tier";
    String activations = "puna.x64.activations";
    String wide = "puna.x64.wide";
    KvPrecision f16 = KvPrecision.F16;
    return List.of(
        new Way("scalar prefill", "scalar", f16, PREFILL, Map.of()),
        new Way("vector prefill", "vector", f16, PREFILL, Map.of()),
        new Way("vector decode", "vector", f16, 1, Map.of()),
        new Way("x64 avx2 prefill", "x64", f16, PREFILL, Map.of(tier, "avx2")),
        new Way("x64 avx2 decode", "x64", f16, 1, Map.of(tier, "avx2")),
        new Way("x64 vnni prefill", "x64", f16, PREFILL, Map.of(tier, "vnni")),
        new Way("x64 vnni decode", "x64", f16, 1, Map.of(tier, "vnni")),
        new Way("x64 best tier prefill", "x64", f16, PREFILL, Map.of()),
        new Way("x64 best tier decode", "x64", f16, 1, Map.of()),
        new Way("x64 prefill, f32 cache", "x64", KvPrecision.F32, PREFILL, Map.of()),
        new Way("x64 decode, q8_0 cache", "x64", KvPrecision.Q8_0, 1, Map.of()),
        new Way("x64 prefill, attention in bf16", "x64", f16, PREFILL, Map.of(wide, "bf16")),
        new Way("x64 prefill, tiles of bf16", "x64", f16, PREFILL, Map.of(wide, "tiles")),
        new Way("x64 prefill, 8-bit activations", "x64", f16, PREFILL, Map.of(activations, "8")),
        new Way("x64 decode, 8-bit activations", "x64", f16, 1, Map.of(activations, "8")));
  }

  private void compare(Way way) {
    double[] sumAndWorst = new double[2];
    int[] others = new int[1];
    float[] expected = new float[vocabulary];
    try {
      score(
          way,
          (position, logits) -> {
            MemorySegment.copy(
                reference,
                ValueLayout.JAVA_FLOAT,
                (long) position * vocabulary * Float.BYTES,
                expected,
                0,
                vocabulary);
            double divergence = divergence(expected, logits);
            sumAndWorst[0] += divergence;
            sumAndWorst[1] = Math.max(sumAndWorst[1], divergence);
            others[0] += best(expected) == best(logits) ? 0 : 1;
          });
    } catch (IllegalArgumentException e) {
      System.out.printf("%-44s %s%n", way.name(), e.getMessage());
      return;
    }
    System.out.printf(
        Locale.ROOT,
        "%-44s %10.1e %10.1e %10d%n",
        way.name(),
        sumAndWorst[0] / tokens.length,
        sumAndWorst[1],
        others[0]);
  }

  private void compareFile(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file)) {
      MemorySegment theirs = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long rowBytes = (long) vocabulary * Float.BYTES;
      int rows = (int) Math.min(Math.min(WINDOW, tokens.length), channel.size() / rowBytes);
      double sum = 0;
      double worst = 0;
      int others = 0;
      for (int row = 0; row < rows; row++) {
        float[] expected = row(reference, row);
        float[] found = row(theirs, row);
        double divergence = divergence(expected, found);
        sum += divergence;
        worst = Math.max(worst, divergence);
        others += best(expected) == best(found) ? 0 : 1;
      }
      System.out.printf(
          Locale.ROOT,
          "%-44s %10.1e %10.1e %10d%n",
          "%s, %s positions".formatted(file.getFileName(), rows),
          sum / rows,
          worst,
          others);
    }
  }

  private float[] row(MemorySegment logits, int row) {
    return logits
        .asSlice((long) row * vocabulary * Float.BYTES, (long) vocabulary * Float.BYTES)
        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private void score(Way way, ScoreListener listener) {
    try (Llama llama = open(model, way)) {
      llama.score(Prompt.tokens(tokens), ScoreOptions.defaults().withWindow(WINDOW), listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Llama open(String model, Way way) throws IOException {
    way.properties().forEach(System::setProperty);
    try {
      return Llama.open(
          ModelSource.of(model),
          LlamaOptions.defaults()
              .withTier(KernelTier.valueOf(way.tier().toUpperCase(Locale.ROOT)))
              .withKvPrecision(way.cache())
              .withContextLength(WINDOW)
              .withBatchTokens(way.batch()));
    } finally {
      way.properties().keySet().forEach(System::clearProperty);
    }
  }

  /// `Σ p·(log p − log q)` of the softmaxes of two vectors of logits, in nats.
  static double divergence(float[] p, float[] q) {
    double logSumP = logSum(p);
    double logSumQ = logSum(q);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      double logP = p[i] - logSumP;
      sum += Math.exp(logP) * (logP - (q[i] - logSumQ));
    }
    return sum;
  }

  private static double logSum(float[] logits) {
    double largest = logits[best(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return largest + Math.log(sum);
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
