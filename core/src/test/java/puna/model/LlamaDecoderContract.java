package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.backend.Batch;
import puna.backend.BatchInvariance;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.tensor.ModelWarnings;
import puna.tensor.Shape;

/// The forward pass against reference values of Hugging Face transformers 5.17 and 5.18 (float32,
/// eager attention), on a tier that computes in float32.
public abstract class LlamaDecoderContract {
  private static final int BLOCK = 8;

  // The cache's rounding to f16 moves these tiny models' logits by about 1e-3.
  private static final double F32_TOLERANCE = 2e-4;
  private static final double F16_TOLERANCE = 2e-2;

  private final String tier;

  protected LlamaDecoderContract(String tier) {
    this.tier = tier;
  }

  @ParameterizedTest
  @CsvSource({"F32", "F16"})
  void agreesWithLlama3Scaling(KvType kv) {
    MemoryTensors model = GoldenModel.plain().tensors();
    // inverse frequencies 1, 0.013042256, 0.00125, 0.000125 of base 10000
    model.with("rope_freqs.weight", Shape.of(4), new float[] {1, 0.1f / 0.013042256f, 8, 8});
    check(
        model,
        kv,
        new Expected(
            "16 37 22 16 11 31 30 29 19 7 6 6 28 11 6 22 0 29 0 20",
            "0.33433 2.27813 -0.03901 -0.57825 0.01056 1.46313 1.18407 1.40206",
            858.587));
  }

  @Test
  void agreesWithBiasesTiedOutputAndWiderHeads() {
    check(
        new GoldenModel(16, true, true).tensors(),
        KvType.F32,
        new Expected(
            "30 4 30 17 30 10 10 18 39 10 30 18 8 20 30 10 18 13 20 20",
            "-0.83830 0.28551 0.98035 0.04779 1.72576 0.98481 -1.02074 -0.08815",
            907.536));
  }

  @ParameterizedTest
  @CsvSource({"rope.scaling.factor", "rope.scale_linear"})
  void agreesWithLinearScaling(String key) {
    check(
        GoldenModel.plain().tensors().with("llama." + key, 4.0),
        KvType.F32,
        new Expected(
            "16 16 22 24 5 3 24 6 17 5 35 21 14 22 6 12 6 14 0 14",
            "0.54324 -2.21878 -1.24966 -0.84237 -1.05107 0.62125 0.17262 -2.02971",
            872.079));
  }

  @Test
  void agreesWithYarnScaling() {
    check(
        new GoldenModel(16, false, false)
            .tensors()
            .with("llama.rope.scaling.type", "yarn")
            .with("llama.rope.scaling.factor", 4.0)
            .with("llama.rope.scaling.original_context_length", 64L),
        KvType.F32,
        new Expected(
            "8 5 2 12 8 0 0 6 18 7 14 16 35 30 9 18 6 14 16 16",
            "0.15617 0.85438 0.14438 1.47560 -1.95908 1.63541 1.41952 1.02405",
            874.060));
  }

  @Test
  void agreesWithSlidingWindow() {
    check(
        GoldenModel.plain().tensors().with("llama.attention.sliding_window", 5L),
        KvType.F32,
        new Expected(
            "16 37 22 22 5 31 30 7 19 18 10 15 22 27 18 19 35 1 1 1",
            "-0.88072 3.66356 -0.31814 -1.80352 0.46017 -0.63442 -0.90304 0.56392",
            895.906));
  }

  @ParameterizedTest
  @CsvSource({"F32", "F16"})
  void whatLiesBeforeAWindowIsNotMissed(KvType kv) {
    try (MemoryTensors model =
            GoldenModel.plain().tensors().with("llama.attention.sliding_window", 37L);
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      LlamaModel llama = LlamaModel.load(model, backend, new ModelWarnings(), bytes -> {});
      NearTwins.check(llama, kv);
    }
  }

  @Test
  void givesTheSameLogitsInAnyCutIntoSteps() {
    float[][] whole = logits(20, BatchInvariance.OFF);
    for (int step : new int[] {1, 3, 7, 19}) {
      float[][] pieces = logits(step, BatchInvariance.OFF);
      for (int position = 0; position < whole.length; position++) {
        assertThat(pieces[position]).containsExactly(whole[position], within(1e-4f));
      }
    }
  }

  @Test
  void givesTheSameBitsInAnyCutWhereItIsBatchInvariant() {
    float[][] whole = logits(20, BatchInvariance.ON);
    for (int step : new int[] {1, 3, 7, 19}) {
      assertThat(logits(step, BatchInvariance.ON)).isDeepEqualTo(whole);
    }
  }

  /// Left between two layers, and computed anew.
  @Test
  void aStepThatWasLeftHarmsNothing() {
    int[] tokens = GoldenModel.TOKENS;
    int[] blocks = {0, 1, 2};
    try (MemoryTensors model = GoldenModel.plain().tensors();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier));
        Decoder decoder = decoder(model, backend, KvType.F32)) {
      float[] expected = last(decoder, run(tokens, 0, 20, 0, blocks));
      AtomicInteger asked = new AtomicInteger();
      assertThat(
              decoder.forward(
                  run(new int[20], 0, 20, 0, blocks), () -> asked.incrementAndGet() < 2))
          .isFalse();
      assertThat(asked).hasValueBetween(1, 2);
      assertThat(last(decoder, run(tokens, 0, 20, 0, blocks))).containsExactly(expected);
    }
  }

  @Test
  void givesEachSequenceOfABatchItsOwnAnswer() {
    int[] tokens = GoldenModel.TOKENS;
    int[] other = IntStream.range(0, 11).map(i -> tokens[19 - i]).toArray();
    try (MemoryTensors model = GoldenModel.plain().tensors();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier));
        Decoder decoder = decoder(model, backend, KvType.F32)) {
      float[] alone = last(decoder, run(tokens, 0, 20, 0, new int[] {0, 1, 2}));
      float[] otherAlone = last(decoder, run(other, 0, 11, 0, new int[] {3, 4}));
      Batch both = new Batch(31);
      Batches.addLast(both, tokens, 0, 5, 1, 7);
      Batches.addLast(both, other, 0, 6, 2);
      decoder.forward(both);
      assertThat(read(decoder, 0)).containsExactly(alone, within(1e-4f));
      assertThat(read(decoder, 1)).containsExactly(otherAlone, within(1e-4f));
    }
  }

  /// The last layer computes what is wanted alone: of no token, of some of a run, of all.
  @ParameterizedTest
  @CsvSource({"ON", "OFF"})
  void givesTheSameLogitsWhicheverAreWanted(BatchInvariance invariance) {
    int[] tokens = GoldenModel.TOKENS;
    float tolerance = invariance == BatchInvariance.ON ? 0 : 1e-4f;
    float[][] all = logits(20, invariance);
    try (MemoryTensors model = GoldenModel.plain().tensors();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier), invariance);
        Decoder decoder = decoder(model, backend, KvType.F32)) {
      int[] blocks = {4, 0, 2};
      decoder.forward(wanted(tokens, 0, 9, Set.of(), blocks));
      decoder.forward(wanted(tokens, 9, 20, Set.of(9, 12, 13, 18), blocks));
      assertThat(read(decoder, 0)).containsExactly(all[9], within(tolerance));
      assertThat(read(decoder, 1)).containsExactly(all[12], within(tolerance));
      assertThat(read(decoder, 2)).containsExactly(all[13], within(tolerance));
      assertThat(read(decoder, 3)).containsExactly(all[18], within(tolerance));
      decoder.forward(wanted(tokens, 9, 20, Set.of(19), blocks));
      assertThat(read(decoder, 0)).containsExactly(all[19], within(tolerance));
    }
  }

  /// States of all tokens, of some beside logits of others, and with logits of the same.
  @Test
  void givesTheSameStatesWhateverElseIsWanted() {
    int[] tokens = GoldenModel.TOKENS;
    float[][] logits = logits(20, BatchInvariance.OFF);
    try (MemoryTensors model = GoldenModel.plain().tensors();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier));
        Decoder decoder = decoder(model, backend, KvType.F32)) {
      int[] blocks = {4, 0, 2};
      decoder.forward(wanted(tokens, Set.of(), Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), blocks));
      float[] first = state(decoder, 0);
      float[] third = state(decoder, 2);
      float[] last = state(decoder, 9);
      assertThat(first).isNotEqualTo(third);
      decoder.forward(wanted(tokens, Set.of(1, 9), Set.of(0, 2, 9), blocks));
      assertThat(state(decoder, 0)).containsExactly(first, within(1e-4f));
      assertThat(state(decoder, 1)).containsExactly(third, within(1e-4f));
      assertThat(state(decoder, 2)).containsExactly(last, within(1e-4f));
      assertThat(read(decoder, 0)).containsExactly(logits[1], within(1e-4f));
      assertThat(read(decoder, 1)).containsExactly(logits[9], within(1e-4f));
    }
  }

  /// The first ten tokens, and at which positions logits and states are wanted.
  private static Batch wanted(
      int[] tokens, Set<Integer> logits, Set<Integer> states, int[] blocks) {
    Batch batch = new Batch(1);
    batch.addRun(0, blocks);
    for (int position = 0; position < 10; position++) {
      batch.addToken(tokens[position]);
      if (states.contains(position)) {
        batch.addState();
      }
      if (logits.contains(position)) {
        batch.addOutput();
      }
    }
    return batch;
  }

  private static float[] state(Decoder decoder, int state) {
    float[] row = new float[decoder.config().width()];
    decoder.readState(state, row);
    return row;
  }

  /// Tokens `from … end − 1` of one sequence, and at which positions logits are wanted.
  private static Batch wanted(int[] tokens, int from, int end, Set<Integer> at, int[] blocks) {
    Batch batch = new Batch(end - from);
    batch.addRun(from, blocks);
    for (int position = from; position < end; position++) {
      batch.addToken(tokens[position]);
      if (at.contains(position)) {
        batch.addOutput();
      }
    }
    return batch;
  }

  private record Expected(String argmax, String last, double sum) {}

  private void check(MemoryTensors model, KvType kv, Expected expected) {
    try (model;
        CpuBackend backend = new CpuBackend(2, Optional.of(tier));
        Decoder decoder = decoder(model, backend, kv)) {
      int[] tokens = GoldenModel.TOKENS;
      int[] all = IntStream.range(0, tokens.length).toArray();
      decoder.forward(Batches.all(tokens, 0, 2, 0, 1));
      List<String> argmax = new ArrayList<>();
      double sum = 0;
      for (int position : all) {
        float[] row = read(decoder, position);
        argmax.add(String.valueOf(argmax(row)));
        for (float logit : row) {
          sum += Math.abs(logit);
        }
      }
      double tolerance = kv == KvType.F32 ? F32_TOLERANCE : F16_TOLERANCE;
      float[] last = read(decoder, 19);
      String[] expectedLast = expected.last().split(" ");
      for (int i = 0; i < expectedLast.length; i++) {
        assertThat((double) last[i])
            .isCloseTo(Double.parseDouble(expectedLast[i]), within(tolerance));
      }
      assertThat(String.join(" ", argmax)).isEqualTo(expected.argmax());
      assertThat(sum).isCloseTo(expected.sum(), within(tolerance * 50));
    }
  }

  /// The logits of every position when the tokens come `step` at a time.
  private float[][] logits(int step, BatchInvariance invariance) {
    int[] tokens = GoldenModel.TOKENS;
    float[][] rows = new float[tokens.length][];
    try (MemoryTensors model = GoldenModel.plain().tensors();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier), invariance);
        Decoder decoder = decoder(model, backend, KvType.F32)) {
      for (int from = 0; from < tokens.length; from += step) {
        int count = Math.min(step, tokens.length - from);
        decoder.forward(run(tokens, from, count, from, new int[] {4, 0, 2}));
        for (int i = 0; i < count; i++) {
          rows[from + i] = read(decoder, i);
        }
      }
    }
    return rows;
  }

  private static Batch run(int[] tokens, int from, int count, int position, int[] blocks) {
    return Batches.all(Arrays.copyOfRange(tokens, from, from + count), position, blocks);
  }

  private static Decoder decoder(MemoryTensors model, CpuBackend backend, KvType kv) {
    LlamaModel llama = LlamaModel.load(model, backend, new ModelWarnings(), bytes -> {});
    return llama.decoder(llama.kvShape(8, BLOCK, kv), 64, 64);
  }

  private static float[] last(Decoder decoder, Batch batch) {
    decoder.forward(batch);
    return read(decoder, batch.outputCount() - 1);
  }

  private static float[] read(Decoder decoder, int output) {
    float[] row = new float[GoldenModel.VOCABULARY];
    decoder.readLogits(output, row);
    return row;
  }

  private static int argmax(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }
}
