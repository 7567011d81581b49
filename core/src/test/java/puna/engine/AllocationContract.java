package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.model.Decoder;
import puna.model.LlamaModel;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.ModelShape.Experts;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;
import puna.sample.SamplingOptions;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;
import puna.token.TextDecoder;

/// Generating a token allocates nothing, on the engine's thread and on the workers: every byte
/// there would make the garbage collector stop all answers now and then.
///
/// Exceptions, all bounded: where a sequence enters another block of the cache, its list of blocks
/// grows and the full block is published; and the pieces of text for the caller, which this test
/// leaves out.
public abstract class AllocationContract {
  private static final int BLOCK = 64;
  private static final int TOKENS = 200;

  private final String tier;

  protected AllocationContract(String tier) {
    this.tier = tier;
  }

  /// As in a JVM where somebody watched once: what asks for events must not make them.
  @BeforeAll
  static void startFlightRecorder() {
    FlightRecorder.getFlightRecorder();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aTokenAllocatesNothing(int together) throws Exception {
    List<Meter> meters = decode(shape(Optional.empty()), together, SamplingOptions.greedy());
    for (Meter meter : meters) {
      assertAllocatesNothing(meter.insideBlocks());
    }
  }

  /// Whichever experts are chosen, and by however many.
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aTokenOfAMixtureAllocatesNothing(int shared) throws Exception {
    ModelShape shape = shape(Optional.of(new Experts(4, 2 - shared, 1, 128, shared)));
    for (Meter meter : decode(shape, 3, SamplingOptions.greedy())) {
      assertAllocatesNothing(meter.insideBlocks());
    }
  }

  @Test
  void drawingATokenAllocatesNothing() throws Exception {
    SamplingOptions options =
        SamplingOptions.metaDefaults().withSeed(1).withTopK(20).withTopP(0.9f).withMinP(0.01f);
    assertAllocatesNothing(decode(shape(Optional.empty()), 1, options).getFirst().insideBlocks());
  }

  private static void assertAllocatesNothing(List<Long> bytes) {
    assertThat(bytes).hasSizeGreaterThan(150);
    // a worker's memory grows, by half, when it happens to get its first long piece of attention
    assertThat(bytes.stream().filter(count -> count != 0)).as("%s", bytes).hasSizeLessThan(12);
  }

  private List<Meter> decode(ModelShape shape, int together, SamplingOptions sampling)
      throws Exception {
    RandomModel random = new RandomModel(shape, WeightMix.named("Q8_0"), 1);
    try (TensorSource source = random.load();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      LlamaModel model = LlamaModel.load(source, backend, new ModelWarnings(), bytes -> {});
      Decoder decoder = model.decoder(model.kvShape(12, BLOCK, KvType.F16), 8, 4);
      try (Engine engine = new Engine(decoder, 4 * BLOCK, together)) {
        run(engine, together, sampling); // lets all buffers grow
        return run(engine, together, sampling);
      }
    }
  }

  private static List<Meter> run(Engine engine, int together, SamplingOptions sampling)
      throws Exception {
    List<Meter> meters = new ArrayList<>();
    for (int i = 0; i < together; i++) {
      // one length: all enter their blocks at the same steps
      int[] prompt = {5 + i, 9, 2};
      Request request =
          new Request(
              prompt,
              TOKENS,
              sampling,
              new Request.Stops(List.of(), id -> false),
              new SilentDecoder());
      Meter meter = new Meter(prompt.length);
      meters.add(meter);
      engine.generate(request, meter);
    }
    for (Meter meter : meters) {
      meter.ended.get(10, TimeUnit.MINUTES);
    }
    return meters;
  }

  private static ModelShape shape(Optional<Experts> experts) {
    return new ModelShape(
        "small",
        300,
        4 * BLOCK,
        64,
        2,
        4,
        2,
        16,
        128,
        1e-5,
        10_000,
        Optional.empty(),
        false,
        experts);
  }

  private static final class SilentDecoder implements TextDecoder {
    @Override
    public String append(int id) {
      return "";
    }

    @Override
    public boolean isHolding() {
      return false;
    }

    @Override
    public String finish() {
      return "";
    }
  }

  /// Reads the counters of all threads of Puna at every token, on the engine's thread.
  private static final class Meter implements AnswerListener {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final CompletableFuture<Outcome> ended = new CompletableFuture<>();
    private final long[] engineBefore = new long[TOKENS]; // the meter itself allocates
    private final long[] engineAfter = new long[TOKENS];
    private final long[] workerBytes = new long[TOKENS];
    private final int promptLength;
    private long worker = -1;
    private int count;

    Meter(int promptLength) {
      this.promptLength = promptLength;
    }

    @Override
    public void token(AnswerToken token) {
      if (worker < 0) {
        worker = workerId();
      }
      engineBefore[count] = threads.getCurrentThreadAllocatedBytes();
      workerBytes[count] = threads.getThreadAllocatedBytes(worker);
      engineAfter[count] = threads.getCurrentThreadAllocatedBytes();
      count++;
    }

    private static long workerId() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().equals("puna-worker-1"))
          .mapToLong(Thread::threadId)
          .max()
          .orElseThrow();
    }

    /// Bytes from token to token, where no sequence enters another block.
    List<Long> insideBlocks() {
      List<Long> bytes = new ArrayList<>();
      for (int i = 1; i < TOKENS - 1; i++) {
        int position = promptLength + i;
        if (position % BLOCK > 2 && position % BLOCK < BLOCK - 2) {
          bytes.add(engineBefore[i] - engineAfter[i - 1] + workerBytes[i] - workerBytes[i - 1]);
        }
      }
      return bytes;
    }

    @Override
    public void ended(String rest, Outcome outcome) {
      ended.complete(outcome);
    }

    @Override
    public void failed(Throwable cause) {
      ended.completeExceptionally(cause);
    }
  }
}
