package puna.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.backend.cpu.CpuBackend;
import puna.backend.cpu.KernelTable;
import puna.backend.cpu.Tiers;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// `puna info`: the machine as Puna sees it, and which kernels it would use.
@Command(
    name = "info",
    description = "Show this machine, and which kernels Puna uses on it and why.")
final class InfoCommand extends PunaCommand {
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  InfoCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    Machine machine = Machine.detect();
    int threads = engine.threads().orElse(machine.cores());
    try (CpuBackend backend =
        new CpuBackend(threads, engine.tier().map(tier -> tier.name().toLowerCase(Locale.ROOT)))) {
      if (json) {
        console().out().println(Json.write(asJson(machine, backend)));
      } else {
        print(machine, backend);
      }
    }
    return ExitCodes.OK;
  }

  private void print(Machine machine, CpuBackend backend) {
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
    for (Tiers.Absence absence : backend.tiers().absences()) {
      console().out().println("tier " + absence.tier() + " is not used: " + absence.reason());
    }
    Table kernels =
        new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT);
    kernels.row("type", "tier", "kernel", "reason");
    for (KernelTable.Row row : backend.kernelTable().rows()) {
      kernels.row(row.type().name(), row.tier(), row.kernel(), row.reason());
    }
    console().out().print(kernels.render(""));
  }

  private static JsonObject asJson(Machine machine, CpuBackend backend) {
    List<JsonValue> kernels = new ArrayList<>();
    for (KernelTable.Row row : backend.kernelTable().rows()) {
      kernels.add(
          JsonFacts.object()
              .put("type", row.type().name())
              .put("tier", row.tier())
              .put("kernel", row.kernel())
              .put("reason", row.reason())
              .build());
    }
    List<JsonValue> absences = new ArrayList<>();
    for (Tiers.Absence absence : backend.tiers().absences()) {
      absences.add(
          JsonFacts.object().put("tier", absence.tier()).put("reason", absence.reason()).build());
    }
    return JsonFacts.object()
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
        .put("threads", backend.threads())
        .put("absent_tiers", new JsonArray(absences))
        .put("kernels", new JsonArray(kernels))
        .build();
  }
}
