package puna.bench;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.sample.chain.Candidates;
import puna.sample.chain.Sampler;

/// Drawing one token of Llama 3's vocabulary, the copy of its logits included, in microseconds.
///
/// `peaked` is like the logits of a trained model: twenty tokens stand out. `flat` is like those of
/// an untrained one. Each draw is checked to be one of what the chain may leave.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class SamplerBench {
  private static final int VOCABULARY = 128_256;
  private static final int OUTSTANDING = 20;

  @Param({"peaked", "flat"})
  public String shape = "peaked";

  @Param({"greedy", "meta", "llama.cpp", "everything", "typical", "mirostat"})
  public String chain = "meta";

  private final float[] logits = new float[VOCABULARY];
  private final Candidates candidates = new Candidates(VOCABULARY);
  private boolean outstandingAlone;
  private Sampler sampler = new Sampler(SamplingOptions.greedy(), VOCABULARY);

  @Setup(Level.Trial)
  public void prepare() {
    Random random = new Random(1);
    for (int id = 0; id < VOCABULARY; id++) {
      logits[id] = (float) random.nextGaussian();
      if (shape.equals("peaked")) {
        logits[id] = logits[id] * 2.5f - 8;
      }
    }
    if (shape.equals("peaked")) {
      for (int i = 0; i < OUTSTANDING; i++) {
        logits[6_000 * i] = 10 - 0.4f * i;
      }
    }
    outstandingAlone =
        shape.equals("peaked") && List.of("greedy", "meta", "llama.cpp").contains(chain);
    sampler = new Sampler(options().withSeed(1), VOCABULARY);
    for (int i = 0; i < 2_000; i++) {
      sampler.accept(random.nextInt(500));
    }
  }

  private SamplingOptions options() {
    SamplingOptions plain = SamplingOptions.greedy().withTemperature(1);
    return switch (chain) {
      case "greedy" -> SamplingOptions.greedy();
      case "meta" -> SamplingOptions.defaults();
      case "llama.cpp" -> SamplingOptions.llamaCppDefaults();
      case "everything" ->
          SamplingOptions.llamaCppDefaults()
              .withRepeatPenalty(1.1f)
              .with(new SamplerStep.Dry(0.8f, 1.75f, 2, -1, SamplerStep.Dry.DEFAULT_BREAKERS))
              .with(new SamplerStep.TopNSigma(3))
              .with(new SamplerStep.TypicalP(0.95f))
              .with(new SamplerStep.Xtc(0.5f, 0.1f))
              .with(new SamplerStep.Temperature(0.8f, 0.2f, 1));
      case "typical" -> plain.with(new SamplerStep.TypicalP(0.9f));
      case "mirostat" -> plain.with(SamplerStep.Mirostat.DEFAULT);
      default -> throw new IllegalArgumentException("there is no chain " + chain);
    };
  }

  @Benchmark
  public int draw() {
    System.arraycopy(logits, 0, candidates.logits(), 0, VOCABULARY);
    int token = sampler.next(candidates);
    if (outstandingAlone && token % 6_000 != 0) {
      throw new IllegalStateException("drew token %s, which does not stand out".formatted(token));
    }
    return token;
  }
}
