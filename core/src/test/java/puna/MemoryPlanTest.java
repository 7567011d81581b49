package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.error.ModelFormatException;
import puna.error.ModelMemoryException;
import puna.error.ModelNotFoundException;
import puna.json.Json;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;

class MemoryPlanTest {
  private static final int TRAINED = 4096;
  private static final long PLENTY = 1L << 40;

  @TempDir private static Path folder;
  private static ModelSource model = ModelSource.of("none");

  private final LlamaOptions none = LlamaOptions.defaults().withTier(KernelTier.SCALAR);

  @BeforeAll
  static void writeModel() throws IOException {
    Path file = folder.resolve("model.gguf");
    new RandomModel(shape(), WeightMix.named("Q8_0"), 1).write(file);
    model = ModelSource.file(file);
  }

  @Test
  void aPlanSaysWhatEachPartTakes() {
    MemoryPlan plan = plan(none.withMaxConcurrent(2), PLENTY);
    assertThat(plan.contextLength()).isEqualTo(TRAINED);
    assertThat(plan.maxConcurrent()).isEqualTo(2);
    assertThat(plan.cacheTokens()).isEqualTo(2 * TRAINED);
    assertThat(plan.cacheTokenBytes()).isEqualTo(2 * 2 * 2 * 16 * 2); // layers, both, heads, f16
    assertThat(plan.cacheBytes()).isEqualTo(2L * TRAINED * plan.cacheTokenBytes());
    assertThat(plan.logitBytes()).isEqualTo(4L * 32 * 320);
    assertThat(plan.activationBytes()).isEqualTo(4L * 512 * (64 * 2 + 64 * 2 + 32 * 2 + 128 * 2));
    assertThat(plan.weightBytes()).isBetween(60_000L, 120_000L);
    assertThat(plan.parts())
        .containsOnlyKeys("weights", "KV cache", "overflow", "activations", "logits", "scratch");
    assertThat(plan.overflowBytes()).isEqualTo(plan.cacheBytes());
    assertThat(plan.parts().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(plan.totalBytes());
    assertThat(plan.availableBytes()).hasValue(PLENTY);
    assertThat(plan.fits()).isTrue();
    assertThat(Json.write(plan.toJson()))
        .contains("\"cache_tokens\":8192", "\"fits\":true", "\"context_length\":4096");
  }

  @Test
  void aDraftModelCountsWithACacheOfItsOwn() {
    MemoryPlan alone = plan(none.withMaxConcurrent(2), PLENTY);
    MemoryPlan both = plan(none.withMaxConcurrent(2).withDraft(file()), PLENTY);
    assertThat(alone.parts()).doesNotContainKey("draft");
    assertThat(alone.draftBytes()).isZero();
    assertThat(both.draftBytes()) // the same model again, but for scratch
        .isEqualTo(
            alone.weightBytes()
                + alone.cacheBytes()
                + alone.activationBytes()
                + alone.logitBytes());
    assertThat(both.parts()).containsEntry("draft", both.draftBytes());
    assertThat(both.totalBytes()).isEqualTo(alone.totalBytes() + both.draftBytes());
    assertThat(Json.write(both.toJson())).contains("\"draft_bytes\":" + both.draftBytes());
    assertThat(Json.write(alone.toJson())).doesNotContain("draft_bytes");
  }

  @Test
  void aDraftModelsCacheIsInTheHalfThatCachesTake() {
    MemoryPlan free = plan(none.withDraft(file()).withMaxConcurrent(1), PLENTY);
    long token = 2 * free.cacheTokenBytes(); // of both
    long fixed = free.totalBytes() - TRAINED * token - free.overflowBytes();
    MemoryPlan less = plan(none.withDraft(file()), fixed + 2 * token * 1024);
    assertThat(less.cacheTokens()).isEqualTo(1024);
    assertThat(less.contextLength()).isEqualTo(1024);
    assertThat(less.fits()).isTrue();
  }

  @Test
  void aDraftModelThatDoesNotFitIsRefusedByName() {
    LlamaOptions options = none.withContextLength(1000).withMaxConcurrent(1).withOverflowBytes(0);
    long enough = plan(options, PLENTY).totalBytes();
    refuses(options.withDraft(file()), enough, ", draft ", "smaller draft model, or none (draft)");
  }

  private static String file() {
    return folder.resolve("model.gguf").toString();
  }

  @Test
  void keysAndValuesCountByTheirTypes() {
    long halves = plan(none, PLENTY).cacheTokenBytes();
    assertThat(plan(none.withKvPrecision(KvPrecision.F32), PLENTY).cacheTokenBytes())
        .isEqualTo(2 * halves);
    LlamaOptions mixed =
        none.withKvPrecision(KvPrecision.F32)
            .withKeyPrecision(KvPrecision.Q8_0)
            .withValuePrecision(KvPrecision.Q4_0);
    assertThat(plan(mixed, PLENTY).cacheTokenBytes()).isEqualTo(2 * 2 * (34 + 18));
  }

  @Test
  void theCacheTakesAtMostHalfOfWhatIsLeft() {
    MemoryPlan free = plan(none, PLENTY);
    assertThat(free.cacheTokens()).isEqualTo(16 * TRAINED);
    long fixed = free.totalBytes() - free.cacheBytes() - free.overflowBytes();
    long room = 2 * free.cacheTokenBytes() * (5 * TRAINED + 128);
    assertThat(plan(none, fixed + room).cacheTokens()).isEqualTo(5 * TRAINED + 128);
  }

  @Test
  void anAskedForContextIsKeptAndAnotherIsCutToFit() {
    MemoryPlan free = plan(none, PLENTY);
    long fixed = free.totalBytes() - free.cacheBytes() - free.overflowBytes();
    long little = fixed + 2 * free.cacheTokenBytes() * 1000;
    MemoryPlan cut = plan(none, little);
    assertThat(cut.contextLength()).isEqualTo(960);
    assertThat(cut.cacheTokens()).isEqualTo(1024);
    assertThat(cut.fits()).isTrue();
    MemoryPlan kept = plan(none.withContextLength(1500), little);
    assertThat(kept.contextLength()).isEqualTo(1500);
    assertThat(kept.cacheTokens()).isEqualTo(1536);
    assertThat(kept.fits()).isTrue();
    assertThat(plan(none.withContextLength(2500), little).fits()).isFalse();
    assertThat(plan(none, fixed).contextLength()).isEqualTo(512);
    assertThat(plan(none, 0).contextLength()).isEqualTo(512);
  }

  @Test
  void anAskedForCacheIsTaken() {
    MemoryPlan plan = plan(none.withCacheTokens(1000), PLENTY);
    assertThat(plan.cacheTokens()).isEqualTo(1024);
    assertThat(plan.contextLength()).isEqualTo(1000);
    assertThat(plan(none.withCacheTokens(9000), PLENTY).contextLength()).isEqualTo(TRAINED);
    assertThat(plan(none.withCacheTokens(Integer.MAX_VALUE), PLENTY).cacheTokens())
        .isEqualTo(Integer.MAX_VALUE - 63);
    assertThat(plan(none.withMaxConcurrent(Integer.MAX_VALUE), Long.MAX_VALUE).cacheTokens())
        .isEqualTo(Integer.MAX_VALUE - 63);
  }

  @Test
  void whatIsKeptBesideTheCacheIsBoundedAndCounted() {
    MemoryPlan free = plan(none, PLENTY);
    long rest = free.totalBytes() - free.overflowBytes();
    LlamaOptions sized = none.withCacheTokens(free.cacheTokens());
    assertThat(plan(sized, rest + 40_000).overflowBytes()).isEqualTo(10_000);
    assertThat(plan(none.withMaxConcurrent(100_000), PLENTY).overflowBytes()).isEqualTo(256L << 20);
    assertThat(plan(none.withOverflowBytes(0), PLENTY).totalBytes()).isEqualTo(rest);
    LlamaOptions asked = none.withOverflowBytes(1L << 50);
    assertThat(plan(asked, PLENTY).totalBytes()).isEqualTo(rest + (1L << 50));
    refuses(asked, PLENTY, "lower overflowBytes (1125899906842624)");
  }

  /// A cache as Scout's, of an answer of the whole context: 12 layers keep all, 36 the last chunk.
  @ParameterizedTest
  @CsvSource({
    "8192, 8192, 1_610_612_736",
    "131072, 8768, 7_735_345_152",
    "262144, 8768, 14_177_796_096",
    "1048576, 8768, 52_832_501_760"
  })
  void chunkedLayersKeepTheLastChunkAlone(int context, int near, String bytes) throws IOException {
    MemoryPlan plan = longPlan(none.withContextLength(context).withMaxConcurrent(1), PLENTY);
    assertThat(plan.cacheTokens()).isEqualTo(context);
    assertThat(plan.nearCacheTokens()).isEqualTo(near);
    assertThat(plan.cacheTokenBytes()).isEqualTo(196_608);
    assertThat(plan.nearCacheTokenBytes()).isEqualTo(context > 8192 ? 147_456 : 0);
    assertThat(plan.cacheBytes()).isEqualTo(Long.parseLong(bytes.replace("_", "")));
    assertThat(plan.answerCacheBytes()).isEqualTo(plan.cacheBytes());
    assertThat(Json.write(plan.toJson()).contains("\"near_cache_tokens\":8768"))
        .isEqualTo(context > 8192);
  }

  @Test
  void answersReadTheirChunksAtATimeAsFarAsMemoryGoes() throws IOException {
    LlamaOptions eight = none.withContextLength(131_072).withMaxConcurrent(8);
    MemoryPlan free = longPlan(eight, PLENTY);
    assertThat(free.nearCacheTokens()).isEqualTo(8 * 8768);
    assertThat(free.cacheTokens()).isEqualTo(8 * 131_072);
    long fixed = free.totalBytes() - free.cacheBytes() - free.overflowBytes();
    long far = 131_072L * 49_152;
    long near = 8768L * 147_456;
    MemoryPlan three = longPlan(eight, fixed + 2 * (far + 3 * near + 64 * 49_152));
    assertThat(three.nearCacheTokens()).isEqualTo(3 * 8768);
    assertThat(three.cacheTokens()).isEqualTo(131_072 + 64);
    assertThat(three.fits()).isTrue();
    MemoryPlan one = longPlan(eight, fixed + far + near);
    assertThat(one.nearCacheTokens()).isEqualTo(8768);
    assertThat(one.fits()).isTrue();
    assertThat(longPlan(eight, fixed + far).fits()).isFalse();
    LlamaOptions sized = eight.withCacheTokens(262_144);
    assertThat(longPlan(sized, PLENTY).nearCacheTokens()).isEqualTo(8 * 8768);
  }

  private static MemoryPlan longPlan(LlamaOptions options, long available) throws IOException {
    Path file = folder.resolve("chunked.gguf");
    if (!Files.exists(file)) {
      ModelShape shape =
          new ModelShape(
              "chunked",
              320,
              1 << 20,
              32,
              48,
              8,
              8,
              128,
              32,
              1e-5,
              10_000,
              Optional.empty(),
              true,
              Optional.of(new ModelShape.Experts(2, 1, 2, 32, 1)));
      new RandomModel(shape, WeightMix.named("Q8_0"), 1).write(file);
    }
    return ModelLoader.plan(ModelSource.file(file), options, () -> OptionalLong.of(available));
  }

  @Test
  void aCacheBelowTheContextIsRefused() {
    LlamaOptions options = none.withCacheTokens(99).withContextLength(100);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Llama.plan(model, options))
        .withMessage("cacheTokens must be at least contextLength, which is 100, found 99");
    assertThatIllegalArgumentException().isThrownBy(() -> Llama.open(model, options));
  }

  @Test
  void oneContextIsTakenWhereTheSystemDoesNotTell() {
    MemoryPlan plan = ModelLoader.plan(model, none, OptionalLong::empty);
    assertThat(plan.cacheTokens()).isEqualTo(TRAINED);
    assertThat(plan.fits()).isTrue();
    assertThat(plan.availableBytes()).isEmpty();
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeItIsLoaded() {
    refuses(none, 1000, "weightMemory");
    refuses(none, 300_000, "batchTokens");
    MemoryPlan plan = plan(none, PLENTY);
    long fixed = plan.totalBytes() - plan.cacheBytes() - plan.overflowBytes();
    refuses(
        none.withContextLength(4000), fixed + 1000, "lower contextLength (4000)", "kvPrecision");
    refuses(none.withCacheTokens(8000), fixed + 1000, "lower cacheTokens (8000)", "kvPrecision");
  }

  private static void refuses(LlamaOptions options, long available, String... what) {
    List<Double> progress = new ArrayList<>();
    assertThatExceptionOfType(ModelMemoryException.class)
        .isThrownBy(
            () -> ModelLoader.load(model, options, progress::add, () -> OptionalLong.of(available)))
        .withMessageContainingAll(
            "model.gguf: it needs", "weights", "KV cache", "logits", "scratch")
        .withMessageContainingAll(what);
    assertThat(progress).containsOnly(0.0);
  }

  @Test
  void anOpenModelHasTheCacheThatWasAskedFor() {
    LlamaOptions options = none.withContextLength(256).withCacheTokens(512);
    try (Llama llama = Llama.open(model, options)) {
      assertThat(llama.info().context()).isEqualTo(256);
    }
  }

  @Test
  void aPlanOfNoModelIsRefused() throws IOException {
    Path nonsense = Files.writeString(folder.resolve("nonsense.gguf"), "GGUF but no more");
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> Llama.plan(ModelSource.file(nonsense), none));
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> Llama.plan(ModelSource.file(folder.resolve("absent.gguf")), none));
  }

  private static MemoryPlan plan(LlamaOptions options, long available) {
    return ModelLoader.plan(model, options, () -> OptionalLong.of(available));
  }

  private static ModelShape shape() {
    return new ModelShape(
        "planned",
        320,
        TRAINED,
        64,
        2,
        4,
        2,
        16,
        128,
        1e-5,
        10_000,
        Optional.empty(),
        true,
        Optional.empty());
  }
}
