package puna.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.EngineOptions;
import puna.cli.command.Fetching;
import puna.cli.command.ModelOption;
import puna.cli.command.Numbers;
import puna.cli.command.UsageException;
import puna.hub.ModelReference;
import puna.hub.ModelStore;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// Which models `puna serve` offers, and how they are kept.
final class ServeModels {
  private static final String ENDING = ".gguf";
  private static final String OLLAMA = "ollama:";
  private static final int DEFAULT_QUEUE = 1024;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "[NAME=]MODEL",
      description =
          "A GGUF file, a name that 'puna models' lists, or a model to fetch, and the name that it is"
              + " served by; may be repeated (default: "
              + ModelStore.DEFAULT_MODEL
              + ", which comes with Puna).")
  private List<String> models = List.of();

  @Option(names = ModelOption.OFFLINE, description = "Fetch nothing: use what is on this machine.")
  private boolean offline;

  @Option(
      names = "--models-dir",
      paramLabel = "FOLDER",
      description = "Serve all GGUF files of that folder, each by its name without .gguf.")
  private @Nullable Path folder;

  @Option(
      names = {"-a", "--alias"},
      paramLabel = "[NAME=]ALIAS",
      description =
          "Another name for the model NAME, or for the first one; may be repeated. One * stands for"
              + " any text.")
  private List<String> aliases = List.of();

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Answers that a model generates at the same time (default: 16).")
  private @Nullable Integer parallel;

  @Option(
      names = "--queue",
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description =
          "Requests that may wait for a place among these; one more is refused at once (default:"
              + " 1024).")
  private @Nullable Integer queue;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = Numbers.Bytes.class,
      description =
          "Memory that all loaded models may take together, such as 12G; those that were used longest"
              + " ago go first (default: as much as there is).")
  private @Nullable Long memory;

  @Option(
      names = "--keep-alive",
      paramLabel = "SECONDS",
      converter = Numbers.NonNegative.class,
      description = "How long a model stays loaded after its last request (default: for ever).")
  private @Nullable Integer keepAlive;

  @Option(
      names = "--no-preload",
      description = "Load the first model when it is asked for, not at once.")
  private boolean noPreload;

  @Mixin private final EngineOptions engine = new EngineOptions();

  boolean preloads() {
    return !noPreload;
  }

  Models open(Console console) throws IOException {
    return new Models(
        served(console),
        new Models.Settings(
            memory == null ? OptionalLong.empty() : OptionalLong.of(memory),
            keepAlive == null ? Models.Settings.FOREVER : Duration.ofSeconds(keepAlive)));
  }

  private List<ServedModel> served(Console console) throws IOException {
    Map<String, ServedModel> served = new LinkedHashMap<>();
    LlamaOptions options = options();
    List<String> given = new ArrayList<>(models);
    if (folder != null) {
      given.addAll(files(folder));
    } else if (given.isEmpty()) {
      given.add(ModelStore.DEFAULT_MODEL);
    }
    for (String model : given) {
      ServedModel one = one(console, model, options);
      if (served.putIfAbsent(one.id(), one) != null) {
        throw new UsageException(
            "two models would be served as %s; name them apart: --model NAME=MODEL"
                .formatted(one.id()));
      }
    }
    for (String alias : aliases) {
      add(alias, served);
    }
    return List.copyOf(served.values());
  }

  private LlamaOptions options() {
    LlamaOptions options = engine.llamaOptions();
    options = parallel == null ? options : options.withMaxConcurrent(parallel);
    return options.withMaxWaiting(queue == null ? DEFAULT_QUEUE : queue);
  }

  private static List<String> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new CommandException("--models-dir %s: there is no such folder".formatted(folder));
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> found =
          files.map(Path::toString).filter(file -> file.endsWith(ENDING)).sorted().toList();
      if (found.isEmpty()) {
        throw new CommandException(folder + ": there is no file that ends in .gguf");
      }
      return found;
    }
  }

  /// A model by its reference, or a name and the reference.
  private ServedModel one(Console console, String given, LlamaOptions options) {
    int sign = given.indexOf('=');
    boolean isNamed = sign > 0 && !Files.exists(Path.of(given));
    String reference = isNamed ? given.substring(sign + 1) : given;
    String name = isNamed ? given.substring(0, sign) : name(reference);
    return ServedModel.of(name, source(console, reference), options);
  }

  /// Models of the hub are fetched before anybody can ask for them; files need not be there yet.
  private ModelSource source(Console console, String reference) {
    if (Files.exists(Path.of(reference)) || ModelReference.parse(reference).isEmpty()) {
      return ModelSource.of(reference);
    }
    ModelStore store = offline ? ModelOption.offlineStore() : ModelStore.standard();
    return ModelSource.file(Fetching.resolve(console, store, reference));
  }

  /// A file is served by its name without the ending, a model of the hub by its reference, one of
  /// Ollama's by the name that it has there.
  private static String name(String reference) {
    Optional<ModelReference> fetched =
        Files.exists(Path.of(reference)) ? Optional.empty() : ModelReference.parse(reference);
    if (fetched.isPresent()) {
      return fetched.get().text();
    }
    if (reference.startsWith(OLLAMA)) {
      return reference.substring(OLLAMA.length());
    }
    Path file = Path.of(reference).getFileName();
    String name = file == null ? reference : file.toString();
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }

  private static void add(String given, Map<String, ServedModel> served) {
    int sign = given.indexOf('=');
    String name = sign > 0 ? given.substring(0, sign) : served.keySet().iterator().next();
    ServedModel model = served.get(name);
    if (model == null) {
      throw new UsageException("--alias %s: no model is served as %s".formatted(given, name));
    }
    String alias = given.substring(sign + 1);
    if (alias.isBlank() || alias.indexOf('*') != alias.lastIndexOf('*')) {
      throw new UsageException("--alias: must be a name with at most one *, found '" + alias + "'");
    }
    served.put(name, model.withAlias(alias));
  }
}
