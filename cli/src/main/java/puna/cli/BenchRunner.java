package puna.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.model.Decoder;
import puna.model.LlamaModel;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

/// Measures one model: loading, the first token, then every test of a plan.
final class BenchRunner {
  private static final int FIRST_PROMPT = 16;
  private static final int BLOCK = 256;
  private static final int MAX_BATCH = 512;
  private static final double NANOS = 1e9;

  private final Console console;
  private final EngineOptions engine;
  private final BenchPlan plan;

  BenchRunner(Console console, EngineOptions engine, BenchPlan plan) {
    this.console = console;
    this.engine = engine;
    this.plan = plan;
  }

  BenchReport run(TensorSource source) {
    int threads = engine.threads().orElse(Runtime.getRuntime().availableProcessors());
    long total = bytes(source);
    long loadStart = System.nanoTime();
    try (CpuBackend backend = new CpuBackend(threads, engine.tier())) {
      LlamaModel model = load(source, backend, total);
      double loadSeconds = seconds(loadStart);
      int blocks = Math.ceilDiv(Math.max(plan.context(), FIRST_PROMPT + 1), BLOCK);
      KvType type = KvType.valueOf(engine.kvPrecision().name());
      try (Decoder decoder = model.decoder(model.kvShape(blocks, BLOCK, type), MAX_BATCH, 1)) {
        DecoderRun run = new DecoderRun(decoder);
        run.prefill(0, FIRST_PROMPT);
        run.next();
        double firstTokenSeconds =
            sinceProcessStart().map(d -> d.toNanos() / NANOS).orElse(Double.NaN);
        List<BenchReport.Result> results = measure(run);
        return new BenchReport(
            new BenchReport.Subject(
                name(source),
                mainType(source),
                source.tensors().values().stream().mapToLong(t -> t.shape().elements()).sum(),
                total),
            new BenchReport.Setting(
                backend.description(),
                mainTier(backend, source),
                threads,
                engine.kvPrecision().name()),
            new BenchReport.Costs(loadSeconds, firstTokenSeconds, Machine.residentBytes()),
            results);
      }
    }
  }

  private LlamaModel load(TensorSource source, CpuBackend backend, long total) {
    try (Progress progress = new Progress(console)) {
      return LlamaModel.load(source, backend, done -> progress.update("loading", done, total));
    }
  }

  private List<BenchReport.Result> measure(DecoderRun run) {
    List<BenchReport.Result> results = new ArrayList<>();
    try (Progress progress = new Progress(console)) {
      long tests = (long) (plan.prompts().size() + plan.answers().size()) * (plan.rounds() + 1);
      long[] done = {0};
      LongSupplier tick = () -> ++done[0];
      for (int length : plan.prompts()) {
        results.add(
            result(
                "pp" + length,
                length,
                () -> {
                  progress.update("measuring pp" + length, tick.getAsLong(), tests);
                  return run.timePrefill(length);
                }));
      }
      for (int length : plan.answers()) {
        String test = "tg" + length + (plan.depth() > 0 ? "@" + plan.depth() : "");
        results.add(
            result(
                test,
                length,
                () -> {
                  progress.update("measuring " + test, tick.getAsLong(), tests);
                  return run.timeDecode(plan.depth(), length);
                }));
      }
    }
    return results;
  }

  private BenchReport.Result result(String test, int tokens, LongSupplier nanos) {
    long _ = nanos.getAsLong(); // the first round warms up caches and compilers
    double[] rates = new double[plan.rounds()];
    for (int round = 0; round < rates.length; round++) {
      rates[round] = tokens * NANOS / nanos.getAsLong();
    }
    return new BenchReport.Result(test, rates);
  }

  private static long bytes(TensorSource source) {
    return source.tensors().values().stream().mapToLong(tensor -> tensor.data().byteSize()).sum();
  }

  private static String name(TensorSource source) {
    return source.metadata().string("general.name").orElse(source.origin());
  }

  /// The type that holds most bytes.
  private static String mainType(TensorSource source) {
    return heaviest(source).map(TensorType::name).orElse("none");
  }

  private static Optional<TensorType> heaviest(TensorSource source) {
    Map<TensorType, Long> bytes =
        source.tensors().values().stream()
            .collect(
                Collectors.groupingBy(
                    Tensor::type, Collectors.summingLong(tensor -> tensor.data().byteSize())));
    return bytes.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  /// The tier that multiplies by most of the weights.
  private static String mainTier(CpuBackend backend, TensorSource source) {
    return heaviest(source)
        .flatMap(type ->
            backend.kernelTable().rows().stream().filter(row -> row.type() == type).findFirst())
        .map(row -> row.tier())
        .orElse("none");
  }

  private static Optional<Duration> sinceProcessStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()));
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / NANOS;
  }
}
