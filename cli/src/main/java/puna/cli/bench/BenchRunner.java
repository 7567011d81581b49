package puna.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.cpu.CpuBackend;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.Machine;
import puna.cli.command.Progress;
import puna.cli.command.Text;
import puna.model.Decoder;
import puna.model.LlamaModel;
import puna.model.Mixture;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

/// Measures one model: loading, the first token, then every test of a plan.
final class BenchRunner {
  private static final int FIRST_PROMPT = 16;
  private static final int BLOCK = 256;
  private static final int MAX_BATCH = 512;
  private static final double NANOS = 1e9;
  private static final int WARM_UP = -1; // the round before the first
  private static final double[] NONE = {};
  private static final String EMBEDDINGS = "token_embd.weight";
  private static final String OUTPUT = "output.weight";
  private static final Pattern EXPERTS =
      Pattern.compile("blk\\.\\d+\\.ffn_(gate|up|down)(_exps|\\.\\d+)\\.weight");

  private final Console console;
  private final EngineOptions engine;
  private final BenchPlan plan;
  private final Path file;
  private final Optional<PeerProgram> peer;

  /// @param file of the model, for the peer
  BenchRunner(
      Console console,
      EngineOptions engine,
      BenchPlan plan,
      Path file,
      Optional<PeerProgram> peer) {
    this.console = console;
    this.engine = engine;
    this.plan = plan;
    this.file = file;
    this.peer = peer;
  }

  BenchReport run(TensorSource source) throws IOException, InterruptedException {
    int threads = engine.threads().orElse(Runtime.getRuntime().availableProcessors());
    long total = bytes(source);
    long loadStart = System.nanoTime();
    try (CpuBackend backend = new CpuBackend(threads, engine.tierName())) {
      LlamaModel model = load(source, backend, total);
      double loadSeconds = seconds(loadStart);
      int blocks = Math.ceilDiv(Math.max(plan.context(), FIRST_PROMPT + 1), BLOCK);
      KvType keyType = KvType.valueOf(engine.keyPrecision().name());
      KvType valueType = KvType.valueOf(engine.valuePrecision().name());
      int sequences = plan.sequences();
      KvShape shape =
          model.kvShape(Math.multiplyExact(blocks, sequences), BLOCK, keyType, valueType);
      try (Decoder decoder = model.decoder(shape, Math.max(MAX_BATCH, sequences), sequences)) {
        DecoderRun run = new DecoderRun(decoder, sequences);
        run.prefill(0, FIRST_PROMPT);
        run.next();
        double firstTokenSeconds =
            sinceProcessStart().map(d -> d.toNanos() / NANOS).orElse(Double.NaN);
        Rates rates = measure(run, new ReadLimit(threads, backend));
        Optional<Long> resident = Machine.residentBytes();
        return new BenchReport(
            new BenchReport.Subject(
                name(source),
                mainType(source),
                source.tensors().values().stream().mapToLong(t -> t.shape().elements()).sum(),
                total),
            new BenchReport.Setting(
                backend.description(), mainTier(backend, source), threads, engine.kvTypes()),
            new BenchReport.Costs(loadSeconds, firstTokenSeconds, resident, shape.bytes()),
            new BenchReport.Limit(
                readATokenBytes(source, model.config().mixture()),
                shape.bytesPerBlock() / BLOCK,
                model.config().slidingWindow().orElse(Integer.MAX_VALUE),
                BenchReport.Result.median(rates.limits())),
            rates.results(plan.tests()));
      }
    }
  }

  private LlamaModel load(TensorSource source, CpuBackend backend, long total) {
    try (Progress progress = new Progress(console)) {
      ModelWarnings warnings = new ModelWarnings();
      LlamaModel model =
          LlamaModel.load(
              source, backend, warnings, done -> progress.update("loading", done, total));
      warnings.log(System.getLogger("puna.cli"), source.origin());
      return model;
    }
  }

  /// What the rounds found.
  ///
  /// @param ours tokens a second by test and round
  /// @param theirs the same of the peer
  /// @param limits bytes a second that the machine reads, by round
  private record Rates(Map<String, double[]> ours, Map<String, double[]> theirs, double[] limits) {
    static void put(Map<String, double[]> rates, int rounds, String test, int round, double rate) {
      rates.computeIfAbsent(test, _ -> new double[rounds])[round] = rate;
    }

    List<BenchReport.Result> results(List<BenchPlan.Test> tests) {
      return tests.stream()
          .map(test ->
              new BenchReport.Result(
                  test,
                  ours.getOrDefault(test.name(), NONE),
                  theirs.getOrDefault(test.name(), NONE)))
          .toList();
    }
  }

  /// Round by round: each test, then the peer, so that what slows the machine slows both, and how
  /// fast memory is then. The first round warms up caches and compilers and does not count.
  private Rates measure(DecoderRun run, ReadLimit limit) throws IOException, InterruptedException {
    List<BenchPlan.Test> tests = plan.tests();
    int rounds = plan.rounds();
    Rates rates = new Rates(new LinkedHashMap<>(), new LinkedHashMap<>(), new double[rounds]);
    try (Progress progress = new Progress(console)) {
      long all = (long) tests.size() * (rounds + 1);
      long done = 0;
      for (int round = WARM_UP; round < rounds; round++) {
        int at = round;
        for (BenchPlan.Test test : tests) {
          progress.update("measuring " + test.name(), ++done, all);
          double rate = test.tokens() * NANOS / nanos(run, test);
          if (round > WARM_UP) {
            Rates.put(rates.ours(), rounds, test.name(), at, rate);
          }
        }
        if (round > WARM_UP) {
          if (peer.isPresent()) {
            progress.update("measuring the peer", done, all);
            peer.get()
                .run(file, limit.threads(), tests)
                .forEach((test, rate) -> Rates.put(rates.theirs(), rounds, test, at, rate));
          }
          rates.limits()[round] = limit.measure();
        }
      }
    }
    return rates;
  }

  private long nanos(DecoderRun run, BenchPlan.Test test) {
    return switch (test.kind()) {
      case PROMPT -> run.timePrefill(test.length());
      case ANSWER -> run.timeDecode(test.depth(), test.length());
      case BATCH -> run.timeBatch(test.sequences(), test.length());
    };
  }

  /// What generating one token reads of the weights: all, but of embeddings that are not the output
  /// matrix too, one row, and of experts those that it is sent to.
  private static long readATokenBytes(TensorSource source, Optional<Mixture> mixture) {
    Tensor embeddings = source.tensors().get(EMBEDDINGS);
    boolean tied = !source.tensors().containsKey(OUTPUT);
    long read = bytes(source) - (tied || embeddings == null ? 0 : embeddings.byteSize());
    if (mixture.isEmpty()) {
      return read;
    }
    int count = mixture.get().count();
    long experts =
        source.tensors().values().stream()
            .filter(tensor -> EXPERTS.matcher(tensor.name()).matches())
            .mapToLong(Tensor::byteSize)
            .sum();
    return read - experts / count * (count - mixture.get().used());
  }

  private static long bytes(TensorSource source) {
    return source.tensors().values().stream().mapToLong(Tensor::byteSize).sum();
  }

  private static String name(TensorSource source) {
    return Text.oneLine(source.metadata().string("general.name").orElse(source.origin()));
  }

  /// The type that holds most bytes.
  private static String mainType(TensorSource source) {
    return heaviest(source).map(TensorType::name).orElse("none");
  }

  private static Optional<TensorType> heaviest(TensorSource source) {
    Map<TensorType, Long> bytes =
        source.tensors().values().stream()
            .collect(Collectors.groupingBy(Tensor::type, Collectors.summingLong(Tensor::byteSize)));
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
