package puna.cli.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.WeightMemory;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.ExitCodes;
import puna.cli.command.ModelOption;
import puna.cli.command.Numbers;
import puna.cli.command.PunaCommand;
import puna.cli.command.UsageException;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.json.Json;
import puna.tensor.TensorSource;

/// `puna bench`: how fast a model, or a shape of the family, runs on this machine.
@Command(
    name = "bench",
    description = {
      "Measure how fast a model reads prompts (pp) and generates (tg), in tokens a second: the"
          + " median of several rounds after one to warm up.",
      "With --shape: random weights of any shape of the family, nothing is downloaded."
    },
    footer = {
      "",
      "Examples:",
      "  puna bench",
      "  puna bench -m model.gguf --prompt 512,2048 --generate 64 --rounds 5",
      "  puna bench --batch 1,4,16 --peer 'node llamacpp.mjs'",
      "  puna bench --shape llama-3.2-1b --type Q4_0 --write random-1b.gguf"
    })
public final class BenchCommand extends PunaCommand {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineOptions engine = new EngineOptions();
  @Mixin private final ShapeOptions shape = new ShapeOptions();

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "N",
      split = ",",
      converter = Numbers.Positive.class,
      description = "Prompt lengths to measure (default: 512).")
  private List<Integer> prompts = List.of(512);

  @Option(
      names = {"-n", "--generate"},
      paramLabel = "N",
      split = ",",
      converter = Numbers.Positive.class,
      description = "Answer lengths to measure (default: 64).")
  private List<Integer> answers = List.of(64);

  @Option(
      names = {"-d", "--depth"},
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "Tokens already in the context when generating starts (default: 0).")
  private int depth;

  @Option(
      names = {"-b", "--batch"},
      paramLabel = "N",
      split = ",",
      converter = Numbers.Positive.class,
      description =
          "Also measure N answers side by side, each as long as the longest of --generate: tokens"
              + " a second of all together.")
  private List<Integer> batches = List.of();

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description =
          "Run another engine's benchmark between the rounds and compare. It is called as COMMAND"
              + " MODEL THREADS TEST… and prints lines such as {\"test\": \"pp512\","
              + " \"tokens_per_second\": 99.5}; llama-bench is understood as it is.")
  private @Nullable String peer;

  @Option(
      names = {"-r", "--rounds"},
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Measured rounds of each test (default: 3).")
  private int rounds = 3;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  public BenchCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    if (shape.isGiven() && model.isGiven()) {
      throw new UsageException("give --model or --shape, not both");
    }
    if (!shape.isGiven() && shape.needsShape()) {
      throw new UsageException("--type, --layers and --write go with --shape");
    }
    if (peer != null && shape.isGiven() && shape.file().isEmpty()) {
      throw new UsageException("--peer needs a file: give --model, or --write with --shape");
    }
    Optional<PeerProgram> peerProgram = Optional.ofNullable(peer).map(PeerProgram::of);
    Path file = shape.isGiven() ? shape.file().orElse(Path.of("")) : model.file(console());
    try (TensorSource source = shape.isGiven() ? shape.create() : ModelFiles.open(file)) {
      if (source instanceof ModelContents opened && engine.weightMemory() == WeightMemory.MAPPED) {
        opened.map();
      }
      BenchPlan plan = new BenchPlan(prompts, answers, depth, batches, rounds);
      BenchReport report = new BenchRunner(console(), engine, plan, file, peerProgram).run(source);
      if (json) {
        console().out().println(Json.write(report.asJson()));
      } else {
        console().out().print(report.asText());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
    return ExitCodes.OK;
  }
}
