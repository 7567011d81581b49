package puna.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.Llama;
import puna.LlamaOptions;
import puna.MemoryPlan;
import puna.ModelSource;
import puna.backend.Absence;
import puna.backend.Backend;
import puna.backend.BackendRequest;
import puna.backend.BatchInvariance;
import puna.backend.KernelChoice;
import puna.backend.choice.Backends;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.ExitCodes;
import puna.cli.command.Machine;
import puna.cli.command.ModelOption;
import puna.cli.command.Numbers;
import puna.cli.command.PunaCommand;
import puna.cli.command.Settings;
import puna.cli.command.Table;
import puna.cli.command.Text;
import puna.cli.command.UsageException;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.tensor.TensorType;

/// `puna info`: the machine as Puna sees it, and which kernels it would use; of a model, the memory
/// that it would take.
@Command(
    name = "info",
    description =
        "Show this machine, and which kernels Puna uses on it and why; or with --model the memory"
            + " that a model would take.")
final class InfoCommand extends PunaCommand {
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Mixin private final ModelOption model = new ModelOption();

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "With --model: answers at the same time (default: 16).")
  private @Nullable Integer parallel;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  InfoCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    if (model.isGiven()) {
      printPlan();
      return ExitCodes.OK;
    }
    if (parallel != null) {
      throw new UsageException("--parallel needs --model");
    }
    Machine machine = Machine.detect();
    int threads = engine.threads().orElse(machine.cores());
    Backends.Chosen chosen =
        Backends.open(new BackendRequest(threads, engine.tierName(), BatchInvariance.OFF));
    try (Backend backend = chosen.backend()) {
      if (json) {
        console().out().println(Json.write(asJson(machine, backend, chosen.absences(), threads)));
      } else {
        print(machine, backend, chosen.absences());
      }
    }
    return ExitCodes.OK;
  }

  /// What a model would take, before it is loaded.
  private void printPlan() {
    LlamaOptions options = engine.llamaOptions();
    options = Optional.ofNullable(parallel).map(options::withMaxConcurrent).orElse(options);
    MemoryPlan plan = Llama.plan(ModelSource.file(model.file(console())), options);
    if (json) {
      console().out().println(Json.write(plan.toJson()));
    } else {
      console().out().print(PlanText.of(plan));
    }
  }

  private void print(Machine machine, Backend backend, List<Absence> others) {
    Table facts = new Table(Table.Align.LEFT, Table.Align.LEFT);
    facts.row("Puna", Version.current());
    facts.row("Java", Settings.javaVersion());
    facts.row("system", Settings.operatingSystem() + ", " + Settings.architecture());
    facts.row(
        "processor", machine.processor() + ", " + machine.cores() + " cores for this process");
    facts.row("features", String.join(" ", machine.features()));
    facts.row(
        "memory",
        Text.bytes(machine.memoryBytes()) + ", free " + Text.bytes(machine.freeMemoryBytes()));
    facts.row("heap", "at most " + Text.bytes(machine.heapBytes()));
    facts.row("back end", backend.description());
    console().out().print(facts.render(""));
    console().out().println("");
    for (Absence absence : others) {
      console().out().println("back end " + absence.name() + " is not used: " + absence.reason());
    }
    for (Absence absence : backend.absences()) {
      console().out().println("tier " + absence.name() + " is not used: " + absence.reason());
    }
    Table kernels =
        new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT);
    kernels.row("type", "tier", "kernel", "reason");
    for (TensorType type : TensorType.values()) {
      KernelChoice row = backend.kernel(type);
      kernels.row(row.type().name(), row.tier(), row.kernel(), row.reason());
    }
    console().out().print(kernels.render(""));
  }

  private static JsonObject asJson(
      Machine machine, Backend backend, List<Absence> others, int threads) {
    List<JsonValue> kernels = new ArrayList<>();
    for (TensorType type : TensorType.values()) {
      KernelChoice row = backend.kernel(type);
      kernels.add(
          JsonObject.builder()
              .put("type", row.type().name())
              .put("tier", row.tier())
              .put("kernel", row.kernel())
              .put("reason", row.reason())
              .build());
    }
    return JsonObject.builder()
        .put("puna", Version.current())
        .put("java", Settings.javaVersion())
        .put("system", Settings.operatingSystem())
        .put("architecture", Settings.architecture())
        .put("processor", machine.processor())
        .put("cores", machine.cores())
        .put(
            "features",
            new JsonArray(machine.features().stream().<JsonValue>map(JsonString::new).toList()))
        .put("memory_bytes", machine.memoryBytes())
        .put("free_memory_bytes", machine.freeMemoryBytes())
        .put("heap_bytes", machine.heapBytes())
        .put("backend", backend.description())
        .put("threads", threads)
        .put("absent_backends", absences("backend", others))
        .put("absent_tiers", absences("tier", backend.absences()))
        .put("kernels", new JsonArray(kernels))
        .build();
  }

  private static JsonArray absences(String kind, List<Absence> absences) {
    return new JsonArray(
        absences.stream()
            .<JsonValue>map(absence ->
                JsonObject.builder()
                    .put(kind, absence.name())
                    .put("reason", absence.reason())
                    .build())
            .toList());
  }
}
