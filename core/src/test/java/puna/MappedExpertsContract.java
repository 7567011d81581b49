package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelMemoryException;
import puna.json.Json;
import puna.model.MixtureTwins;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;

/// A mixture of experts that is larger than the memory: its experts stay in the mapped file.
public abstract class MappedExpertsContract {
  private static final long PLENTY = 1L << 40;
  private static final int LAYERS = 4;
  private static final int EXPERTS = 8;
  private static final int WIDTH = 256;
  private static final int FEED_FORWARD = 512;

  @TempDir private Path folder;
  private final KernelTier tier;
  private final double bound;
  private ModelSource model = ModelSource.of("none");

  /// @param bound of the relative L2 of logits, where experts in the file are multiplied otherwise
  protected MappedExpertsContract(KernelTier tier, double bound) {
    this.tier = tier;
    this.bound = bound;
  }

  @BeforeEach
  void writeModel() throws IOException {
    Path file = folder.resolve("model.gguf");
    new RandomModel(shape(Optional.of(experts())), WeightMix.named("Q4_0"), 3).write(file);
    model = ModelSource.file(file);
  }

  @Test
  void theyComputeTheSame() throws IOException {
    MixtureTwins.checkInFile(tier.providerName(), folder, bound);
  }

  @Test
  void theyStayWhereAllWeightsAreTooMuch() {
    MemoryPlan whole = plan(options(), PLENTY);
    MemoryPlan stays = plan(options(), little());
    long experts = LAYERS * EXPERTS * 3L * WIDTH * FEED_FORWARD * 18 / 32;
    assertThat(whole.mappedWeightBytes()).isZero();
    assertThat(stays.fits()).isTrue();
    assertThat(stays.mappedWeightBytes()).isGreaterThanOrEqualTo(experts);
    assertThat(stays.weightBytes()).isLessThanOrEqualTo(whole.weightBytes() - experts);
    assertThat(Json.write(stays.toJson()))
        .contains("\"mapped_weight_bytes\":" + stays.mappedWeightBytes(), "\"fits\":true");
    try (Llama llama = open(options(), little())) {
      GenerationOptions few = GenerationOptions.defaults().withMaxTokens(8);
      Generation answer = llama.generate(Prompt.tokens(5, 6, 7), few);
      answer.await();
      assertThat(answer.tokens()).isNotEmpty();
    }
  }

  @Test
  void theyAreReadWhereThatIsAskedFor() {
    LlamaOptions own = options().withWeightMemory(WeightMemory.OWN);
    assertThat(plan(own, little()).mappedWeightBytes()).isZero();
    assertThatExceptionOfType(ModelMemoryException.class)
        .isThrownBy(() -> open(own, little()).close())
        .withMessageContaining("model.gguf: it needs");
  }

  @Test
  void whatDoesNotFitWithoutThemEitherIsRefused() {
    assertThatExceptionOfType(ModelMemoryException.class)
        .isThrownBy(() -> open(options(), 100_000).close())
        .withMessageContaining("model.gguf: it needs");
  }

  @Test
  void aDenseModelIsRefused() throws IOException {
    new RandomModel(shape(Optional.empty()), WeightMix.named("Q4_0"), 3)
        .write(folder.resolve("model.gguf"));
    assertThat(plan(options(), little()).mappedWeightBytes()).isZero();
    assertThatExceptionOfType(ModelMemoryException.class)
        .isThrownBy(() -> open(options(), little()).close());
  }

  /// Too little for all weights.
  private long little() {
    return plan(options(), PLENTY).totalBytes() - 1;
  }

  private LlamaOptions options() {
    return LlamaOptions.defaults()
        .withTier(tier)
        .withContextLength(128)
        .withMaxConcurrent(1)
        .withCacheTokens(128)
        .withOverflowBytes(0);
  }

  private MemoryPlan plan(LlamaOptions options, long available) {
    return ModelLoader.plan(model, options, () -> OptionalLong.of(available));
  }

  private Llama open(LlamaOptions options, long available) {
    return new Llama(ModelLoader.load(model, options, _ -> {}, () -> OptionalLong.of(available)));
  }

  private static ModelShape.Experts experts() {
    return new ModelShape.Experts(EXPERTS, 2, 1, FEED_FORWARD, 0);
  }

  private static ModelShape shape(Optional<ModelShape.Experts> experts) {
    return new ModelShape(
        "mixture",
        512,
        512,
        WIDTH,
        LAYERS,
        4,
        2,
        64,
        512,
        1e-5,
        10_000,
        Optional.empty(),
        false,
        experts);
  }
}
