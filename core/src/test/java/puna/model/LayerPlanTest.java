package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.backend.KvType;
import puna.backend.RopeScaling;
import puna.backend.RopeTable;
import puna.backend.Visibility;
import puna.backend.cpu.CpuBackend;
import puna.tensor.ModelWarnings;

class LayerPlanTest {
  private static final int CHUNK = 8;
  private static final int LAYERS = 3;

  @Test
  void allLayersOfADenseLlamaSeeAllAndTurn() {
    try (MemoryTensors model = GoldenModel.plain().tensors()) {
      List<LayerPlan> plans = LayerPlan.of(LlamaModel.configOf(model));
      assertThat(plans).hasSize(LAYERS);
      assertThat(plans).allMatch(plan -> plan.visibility().equals(new Visibility.Causal()));
      assertThat(plans).allMatch(plan -> plan.rope().isPresent());
    }
  }

  @Test
  void aSlidingWindowIsInEveryPlan() {
    try (MemoryTensors model =
        GoldenModel.plain().tensors().with("llama.attention.sliding_window", 5L)) {
      assertThat(LayerPlan.of(LlamaModel.configOf(model)))
          .extracting(LayerPlan::visibility)
          .containsExactlyElementsOf(Collections.nCopies(LAYERS, new Visibility.Sliding(5)));
    }
  }

  @Test
  void refusesALayerThatSeesLaterPositions() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LayerPlan(new Visibility.Full(), Optional.empty()))
        .withMessageContaining("must not see later positions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "vector"})
  void nothingPassesFromChunkToChunkWhereAllLayersAreChunked(String tier) {
    int[] tokens = GoldenModel.TOKENS;
    int[] otherBeginning = tokens.clone();
    Arrays.fill(otherBeginning, 0, CHUNK, 17);
    LayerPlan chunked = plan(new Visibility.Chunked(CHUNK));
    LayerPlan causal = plan(new Visibility.Causal());

    List<LayerPlan> everywhere = List.of(chunked, chunked, chunked);
    assertThat(last(tier, everywhere, otherBeginning)).isEqualTo(last(tier, everywhere, tokens));
    for (List<LayerPlan> plans :
        List.of(
            List.of(causal, chunked, chunked),
            List.of(chunked, causal, chunked),
            List.of(chunked, chunked, causal))) {
      assertThat(last(tier, plans, otherBeginning)).isNotEqualTo(last(tier, plans, tokens));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "vector"})
  void aLayerWithoutRopeKnowsNoPositions(String tier) {
    LayerPlan turning = plan(new Visibility.Causal());
    LayerPlan still = new LayerPlan(new Visibility.Causal(), Optional.empty());
    int[] tokens = Arrays.copyOf(GoldenModel.TOKENS, 7);
    int[] swapped = tokens.clone();
    swapped[1] = tokens[4];
    swapped[4] = tokens[1];

    // one layer alone: the second would see in what order the tokens before the last one came
    List<LayerPlan> first = List.of(still);
    assertThat(last(tier, first, swapped))
        .containsExactly(last(tier, first, tokens), within(1e-4f));
    List<LayerPlan> rotated = List.of(turning);
    assertThat(difference(last(tier, rotated, swapped), last(tier, rotated, tokens)))
        .isGreaterThan(1e-2f);
  }

  private static LayerPlan plan(Visibility visibility) {
    return new LayerPlan(visibility, Optional.of(new RopeTable(8, 10_000, new RopeScaling.None())));
  }

  /// The logits after the last token where the first layers, as many as there are plans, follow
  /// them, and the model has no others.
  private static float[] last(String tier, List<LayerPlan> plans, int[] tokens) {
    try (MemoryTensors tensors = golden(plans.size());
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      LlamaModel loaded = LlamaModel.load(tensors, backend, new ModelWarnings(), bytes -> {});
      LlamaModel model = new LlamaModel(loaded.config(), loaded.weights(), plans, backend);
      try (Decoder decoder = model.decoder(model.kvShape(3, CHUNK, KvType.F32), 20, 20)) {
        decoder.forward(Batches.all(tokens, 0, 2, 0, 1));
        float[] logits = new float[GoldenModel.VOCABULARY];
        decoder.readLogits(tokens.length - 1, logits);
        return logits;
      }
    }
  }

  private static MemoryTensors golden(int layers) {
    MemoryTensors model = GoldenModel.plain().tensors().with("llama.block_count", (long) layers);
    for (int layer = layers; layer < LAYERS; layer++) {
      String prefix = "blk." + layer + ".";
      List.copyOf(model.tensors().keySet()).stream()
          .filter(name -> name.startsWith(prefix))
          .forEach(model::without);
    }
    return model;
  }

  private static float difference(float[] one, float[] other) {
    float largest = 0;
    for (int i = 0; i < one.length; i++) {
      largest = Math.max(largest, Math.abs(one[i] - other[i]));
    }
    return largest;
  }
}
