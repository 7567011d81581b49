package puna.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import puna.Logits;
import puna.TestSeed;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.gguf.GgufFile;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.ModelShape.Experts;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;
import puna.quant.BlockFormats;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// Experts of every type of weights, with Llama 4's router and with Mixtral's: each model against
/// the one whose weights are the decoded numbers, on the scalar tier.
public final class MixtureTwins {
  private static final int PROMPT = 24;
  private static final int[] BLOCKS = {2, 0, 1};

  private MixtureTwins() {}

  /// @param bound of the relative L2 of all logits, by the mix of types
  public static void check(String tier, ToDoubleFunction<String> bound) {
    for (String mix :
        new String[] {
          "F32", "BF16", "F16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K_M", "Q4_K_M",
          "Q5_K_M", "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4"
        }) {
      for (ModelShape shape : new ModelShape[] {fourth(), mixtral()}) {
        RandomModel random = new RandomModel(shape, WeightMix.named(mix), 7);
        try (TensorSource source = random.load();
            TensorSource twin = decoded(source)) {
          float[] found = logits(source, tier);
          assertThat(Logits.relativeL2(found, logits(twin, "scalar")))
              .as("%s %s on %s", shape.name(), mix, tier)
              .isLessThan(bound.applyAsDouble(mix));
        }
      }
    }
  }

  /// Experts that stay in the mapped file against the same in memory, on one tier.
  ///
  /// @param bound of the relative L2 of all logits
  public static void checkInFile(String tier, Path folder, double bound) throws IOException {
    for (String mix : new String[] {"F32", "BF16", "Q8_0", "Q4_0", "Q4_K_M", "IQ4_XS"}) {
      for (ModelShape shape : new ModelShape[] {fourth(), mixtral()}) {
        Path file = folder.resolve(shape.name() + "-" + mix + ".gguf");
        new RandomModel(shape, WeightMix.named(mix), 7).write(file);
        try (GgufFile source = GgufFile.open(file)) {
          float[] packed = logits(source, tier);
          source.map();
          assertThat(Logits.relativeL2(logits(source, tier, ExpertPlace.FILE), packed))
              .as("%s %s on %s", shape.name(), mix, tier)
              .isLessThanOrEqualTo(bound);
        }
      }
    }
  }

  /// Experts in every second layer, one of eight, beside a shared one.
  public static ModelShape fourth() {
    return shape("fourth", Optional.of(new Experts(8, 1, 2, 256, 1)));
  }

  /// Experts in every layer, two of eight.
  public static ModelShape mixtral() {
    return shape("mixtral", Optional.of(new Experts(8, 2, 1, 512, 0)));
  }

  private static ModelShape shape(String name, Optional<Experts> experts) {
    return new ModelShape(
        name, 512, 256, 256, 4, 4, 2, 64, 512, 1e-5, 10000, Optional.empty(), false, experts);
  }

  /// The same weights as float32.
  static MemoryTensors decoded(TensorSource source) {
    MemoryTensors twin = new MemoryTensors();
    source.metadata().values().forEach(twin::with);
    for (Tensor tensor : source.tensors().values()) {
      twin.with(tensor.name(), tensor.shape(), BlockFormats.floats(tensor));
    }
    return twin;
  }

  /// Of all positions of a prompt.
  static float[] logits(TensorSource source, String tier) {
    return logits(source, tier, ExpertPlace.PACKED);
  }

  private static float[] logits(TensorSource source, String tier, ExpertPlace experts) {
    int[] prompt = TestSeed.splittable(3).ints(PROMPT, 0, 512).toArray();
    try (CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      LlamaModel model =
          LlamaModel.load(source, backend, experts, new ModelWarnings(), bytes -> {});
      try (Decoder decoder = model.decoder(model.kvShape(3, 8, KvType.F32), PROMPT, PROMPT)) {
        decoder.forward(Batches.all(prompt, 0, BLOCKS));
        int vocabulary = model.config().vocabulary();
        float[] all = new float[PROMPT * vocabulary];
        float[] row = new float[vocabulary];
        for (int position = 0; position < PROMPT; position++) {
          decoder.readLogits(position, row);
          System.arraycopy(row, 0, all, position * vocabulary, vocabulary);
        }
        return all;
      }
    }
  }
}
