package puna.model.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.backend.Batch;
import puna.backend.KvType;
import puna.backend.RopeScaling;
import puna.backend.cpu.CpuBackend;
import puna.gguf.GgufFile;
import puna.model.Batches;
import puna.model.Decoder;
import puna.model.LlamaConfig;
import puna.model.LlamaModel;
import puna.model.MixtureTwins;
import puna.model.synthetic.ModelShape.RopeStretch;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

class RandomModelTest {
  private static final ModelShape TINY = tiny(512, Optional.empty());

  @ParameterizedTest
  @ValueSource(strings = {"F32", "BF16", "Q4_0", "Q8_0", "Q4_K_M", "Q2_K", "IQ2_XXS", "MXFP4"})
  void computesFiniteLogitsOfOrderOne(String mix) {
    float[] logits = logits(new RandomModel(TINY, WeightMix.named(mix), 1));
    double squares = 0;
    for (float logit : logits) {
      assertThat(logit).isFinite();
      squares += logit * logit;
    }
    assertThat(Math.sqrt(squares / logits.length)).isBetween(0.3, 3.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q4_0", "Q5_K_M", "F16"})
  void writesTheBytesThatItMakesInMemory(String mix, @TempDir Path folder) throws IOException {
    RandomModel model = new RandomModel(TINY, WeightMix.named(mix), 3);
    Path file = folder.resolve("random.gguf");
    model.write(file);
    try (TensorSource memory = model.load();
        GgufFile read = GgufFile.open(file)) {
      assertSame(memory, read);
      assertThat(read.metadata().values().keySet())
          .containsExactlyElementsOf(memory.metadata().values().keySet());
      assertThat(LlamaModel.configOf(read)).isEqualTo(LlamaModel.configOf(memory));
      long bytes = read.tensors().values().stream().mapToLong(Tensor::byteSize).sum();
      assertThat(model.tensorBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void makesTheSameModelFromTheSameSeedOnly() {
    WeightMix mix = WeightMix.named("Q4_0");
    try (TensorSource first = new RandomModel(TINY, mix, 3).load();
        TensorSource again = new RandomModel(TINY, mix, 3).load();
        TensorSource other = new RandomModel(TINY, mix, 4).load()) {
      assertSame(first, again);
      Tensor query = first.find("blk.0.attn_q.weight").orElseThrow();
      assertThat(query.content().toArray())
          .isNotEqualTo(other.find(query.name()).orElseThrow().content().toArray());
      Tensor key = first.find("blk.1.attn_q.weight").orElseThrow();
      assertThat(query.content().toArray()).isNotEqualTo(key.content().toArray());
    }
  }

  @Test
  void fillsTensorsOfManyPieces() {
    ModelShape wide = tiny(40_000, Optional.empty());
    try (TensorSource source = new RandomModel(wide, WeightMix.named("Q8_0"), 3).load()) {
      Tensor embedding = source.find("token_embd.weight").orElseThrow();
      assertThat(embedding.byteSize()).isGreaterThan(5 << 20);
      var rows = new HashSet<Integer>();
      for (long row = 0; row < 40_000; row += 100) {
        long offset = row * embedding.rowBytes();
        rows.add(Arrays.hashCode(embedding.content().slice(offset, 64).toArray()));
      }
      assertThat(rows).hasSize(400);
    }
  }

  @Test
  void carriesTheStretchedRotaryFrequencies() {
    ModelShape stretched = tiny(512, Optional.of(new RopeStretch(32, 1, 4, 8192)));
    try (TensorSource source = new RandomModel(stretched, WeightMix.named("Q4_0"), 3).load()) {
      LlamaConfig config = LlamaModel.configOf(source);
      assertThat(config.ropeScaling()).isInstanceOf(RopeScaling.Divisors.class);
      assertThat(config.headSize()).isEqualTo(64);
      assertThat(source.find("output.weight").orElseThrow().type()).isEqualTo(TensorType.Q6_K);
    }
  }

  @Test
  void hasATokenizerOfTheRightSizeWithoutRepeats() {
    try (TensorSource source = new RandomModel(TINY, WeightMix.named("Q4_0"), 3).load()) {
      List<String> tokens = source.metadata().strings("tokenizer.ggml.tokens").orElseThrow();
      assertThat(tokens).hasSize(512).doesNotHaveDuplicates().contains("Ġ", "a", "ab");
      assertThat(tokens.get(256)).isEqualTo("<|begin_of_text|>");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral-8x7b", "llama-4-scout", "llama-4-maverick"})
  void makesShapesWithExperts(String name) {
    ModelShape shape = ModelShapes.named(name).orElseThrow().withLayers(4);
    RandomModel model = new RandomModel(shape, WeightMix.named("F32"), 1);
    long divisors = shape.ropeStretch().isPresent() ? shape.headSize() / 2 : 0;
    assertThat(model.tensorBytes()).isEqualTo(4 * (shape.parameters() + divisors));
  }

  @Test
  void computesFiniteLogitsOfOrderOneWithExperts() {
    for (ModelShape shape : List.of(MixtureTwins.fourth(), MixtureTwins.mixtral())) {
      float[] logits = logits(new RandomModel(shape, WeightMix.named("Q8_0"), 1));
      double squares = 0;
      for (float logit : logits) {
        squares += logit * logit;
      }
      assertThat(Math.sqrt(squares / logits.length)).as(shape.name()).isBetween(0.3, 3.0);
    }
  }

  @Test
  void refusesVocabulariesWithoutRoomForTheBytes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomModel(tiny(100, Optional.empty()), WeightMix.named("Q4_0"), 1))
        .withMessageContaining("259")
        .withMessageContaining("100");
  }

  @Test
  void saysWhyAFileCannotBeWritten(@TempDir Path folder) {
    RandomModel model = new RandomModel(TINY, WeightMix.named("Q4_0"), 1);
    assertThatThrownBy(() -> model.write(folder.resolve("missing").resolve("a.gguf")))
        .isInstanceOf(IOException.class);
  }

  private static ModelShape tiny(int vocabulary, Optional<RopeStretch> stretch) {
    return new ModelShape(
        "tiny",
        vocabulary,
        256,
        256,
        2,
        4,
        2,
        64,
        512,
        1e-5,
        10000,
        stretch,
        false,
        Optional.empty());
  }

  private static void assertSame(TensorSource first, TensorSource second) {
    assertThat(second.tensors().keySet()).containsExactlyElementsOf(first.tensors().keySet());
    for (Tensor tensor : first.tensors().values()) {
      Tensor twin = second.find(tensor.name()).orElseThrow();
      assertThat(twin.type()).isEqualTo(tensor.type());
      assertThat(twin.shape()).isEqualTo(tensor.shape());
      assertThat(tensor.content().toArray()).as(tensor.name()).isEqualTo(twin.content().toArray());
    }
  }

  private static float[] logits(RandomModel random) {
    try (TensorSource source = random.load();
        CpuBackend backend = new CpuBackend(1, Optional.of("scalar"))) {
      LlamaModel model = LlamaModel.load(source, backend, new ModelWarnings(), bytes -> {});
      try (Decoder decoder = model.decoder(model.kvShape(2, 16, KvType.F32), 4, 1)) {
        Batch batch = new Batch(4);
        Batches.addLast(batch, new int[] {256, 5, 99, 300}, 0, 0);
        decoder.forward(batch);
        float[] logits = new float[model.config().vocabulary()];
        decoder.readLogits(0, logits);
        return logits;
      }
    }
  }
}
