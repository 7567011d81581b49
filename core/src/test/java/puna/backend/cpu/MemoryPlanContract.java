package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.backend.BackendPlan;
import puna.backend.Batch;
import puna.backend.BatchInvariance;
import puna.backend.KvType;
import puna.gguf.GgufFile;
import puna.model.Decoder;
import puna.model.LlamaModel;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.ModelShape.Experts;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

/// What a back end says it would take is what it takes.
public abstract class MemoryPlanContract {
  private static final int THREADS = 2;
  private static final int BLOCK = 64;
  private static final int TOKENS = 512;
  private static final int OUTPUTS = 32;
  private static final Percentage FIVE = Percentage.withPercentage(5);

  private final TierFactory tier;

  @TempDir private Path folder;

  protected MemoryPlanContract(TierFactory tier) {
    this.tier = tier;
  }

  @ParameterizedTest
  @CsvSource({
    "Q8_0, F16, F16, OFF",
    "Q4_0, Q8_0, Q4_0, OFF",
    "Q4_K_M, F32, F16, ON",
    "F16, F16, F16, OFF"
  })
  void isWhatAModelTakes(String mix, KvType keys, KvType values, BatchInvariance invariance)
      throws IOException {
    new RandomModel(shape(Optional.empty()), WeightMix.named(mix), 1).write(file());
    check(keys, values, invariance);
  }

  @ParameterizedTest
  @CsvSource({"Q8_0, OFF", "BF16, ON"})
  void isWhatAMixtureOfExpertsTakes(String mix, BatchInvariance invariance) throws IOException {
    ModelShape shape = shape(Optional.of(new Experts(6, 1, 2, 1024, 1)));
    new RandomModel(shape, WeightMix.named(mix), 1).write(file());
    check(KvType.F16, KvType.F16, invariance);
  }

  private Path file() {
    return folder.resolve("model.gguf");
  }

  private void check(KvType keys, KvType values, BatchInvariance invariance) {
    Path file = file();
    Meter meter = new Meter();
    try (TensorSource source = GgufFile.open(file);
        CpuBackend backend = new CpuBackend(THREADS, tiers(meter), invariance);
        BackendPlan plan = backend.plan()) {
      load(source, plan, keys, values).close();
      assertThat(meter.bytes).hasValue(0);
      Decoder decoder = load(source, backend, keys, values);
      fill(decoder);
      run(decoder, TOKENS, OUTPUTS);
      run(decoder, 1, 1);
      run(decoder, 16, 16);
      long taken = meter.bytes.get();
      long planned =
          plan.weightBytes() + plan.activationBytes() + plan.cacheBytes() + plan.scratchBytes();
      assertThat(taken).isCloseTo(planned, FIVE);
    }
  }

  @Test
  void takesMemoryForTheBlocksThatAreWrittenAndOnce() throws IOException {
    Path file = file();
    new RandomModel(shape(Optional.empty()), WeightMix.named("Q8_0"), 1).write(file);
    Meter meter = new Meter();
    // one thread: of several, one may get its first piece of some work late, and scratch with it
    try (TensorSource source = GgufFile.open(file);
        CpuBackend backend = new CpuBackend(1, tiers(meter), BatchInvariance.OFF)) {
      Decoder decoder = load(source, backend, KvType.F16, KvType.Q8_0);
      run(decoder, TOKENS, OUTPUTS);
      long before = meter.bytes.get();
      run(decoder, TOKENS, OUTPUTS);
      assertThat(meter.bytes).hasValue(before);
      fill(decoder);
      int others = decoder.kvShape().blocks() - TOKENS / BLOCK;
      long more = others * decoder.kvShape().bytesPerBlock();
      assertThat(meter.bytes).hasValue(before + more);
    }
  }

  @Test
  void computesNothing() {
    try (CpuBackend backend = new CpuBackend(1, tiers(new Meter()), BatchInvariance.OFF);
        BackendPlan plan = backend.plan()) {
      assertThat(plan.scratchBytes() + plan.cacheBytes() + plan.weightBytes()).isLessThan(1000);
      assertThat(plan.tier()).isEqualTo(backend.tier());
      assertThat(plan.kernel(TensorType.Q8_0)).isEqualTo(backend.kernel(TensorType.Q8_0));
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> plan.read(plan.activations(1, 4), 0, new float[4]))
          .withMessageContaining("a plan computes nothing");
    }
  }

  private static Decoder load(
      TensorSource source, puna.backend.Backend backend, KvType keys, KvType values) {
    LlamaModel model = LlamaModel.load(source, backend, new ModelWarnings(), bytes -> {});
    return model.decoder(model.kvShape(24, BLOCK, keys, values), TOKENS, OUTPUTS);
  }

  /// Writes every block of the cache.
  private static void fill(Decoder decoder) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment zeros = arena.allocate(decoder.kvShape().bytesPerBlock());
      for (int block = 0; block < decoder.kvShape().blocks(); block++) {
        decoder.writeBlock(block, zeros);
      }
    }
  }

  /// One step in the last blocks of the cache.
  private static void run(Decoder decoder, int tokens, int outputs) {
    Batch batch = new Batch(tokens);
    int[] blocks = new int[TOKENS / BLOCK];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = decoder.kvShape().blocks() - 1 - i;
    }
    batch.addRun(0, blocks);
    for (int i = 0; i < tokens; i++) {
      batch.addToken(5 + i % 100);
      if (i >= tokens - outputs) {
        batch.addOutput();
      }
    }
    decoder.forward(batch);
  }

  private Tiers tiers(Meter meter) {
    return Tiers.detect(Optional.of(tier.tier()), List.of(new MeteredFactory(tier, meter)));
  }

  /// Adds up the native memory that is asked for.
  private static final class Meter {
    private final AtomicLong bytes = new AtomicLong();
  }

  private record MeteredFactory(TierFactory factory, Meter meter) implements TierFactory {
    @Override
    public String tier() {
      return factory.tier();
    }

    @Override
    public int rank() {
      return factory.rank();
    }

    @Override
    public Offer open() {
      return switch (factory.open()) {
        case Offer.Available(KernelProvider provider) ->
            new Offer.Available(new MeteredKernels(provider, meter));
        case Offer.Unavailable unavailable -> unavailable;
      };
    }
  }

  private record MeteredKernels(KernelProvider provider, Meter meter) implements KernelProvider {
    @Override
    public String tier() {
      return provider.tier();
    }

    @Override
    public String description() {
      return provider.description();
    }

    @Override
    public Optional<MatrixKernel> kernelFor(TensorType type) {
      return provider.kernelFor(type);
    }

    @Override
    public Optional<FloatKernels> floatKernels() {
      return provider.floatKernels();
    }

    @Override
    public SegmentAllocator weightMemory(Arena arena) {
      SegmentAllocator memory = provider.weightMemory(arena);
      return (size, alignment) -> {
        meter.bytes.addAndGet(size);
        return memory.allocate(size, alignment);
      };
    }

    @Override
    public void close() {
      provider.close();
    }
  }

  private static ModelShape shape(Optional<Experts> experts) {
    return new ModelShape(
        "a small one",
        4000,
        4096,
        512,
        4,
        8,
        4,
        64,
        1536,
        1e-5,
        10_000,
        Optional.empty(),
        true,
        experts);
  }
}
