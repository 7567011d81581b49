package puna.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.hub.ModelStore;
import puna.server.PunaServer;
import puna.server.ServerOptions;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// `puna serve`: the HTTP APIs that clients of language models speak.
@Command(
    name = "serve",
    description = {
      "Serve models over HTTP: the APIs of OpenAI, Anthropic, Ollama and llama-server on one port."
    })
final class ServeCommand extends PunaCommand {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "A GGUF file, or a name that 'puna models' lists; may be repeated (default: "
              + ModelStore.DEFAULT_MODEL
              + ", which comes with Puna).")
  private List<String> models = List.of();

  @Option(
      names = {"-a", "--alias"},
      paramLabel = "NAME",
      description = "Another name for the first model; may be repeated, and hold one *.")
  private List<String> aliases = List.of();

  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The address to listen at (default: 127.0.0.1, this machine alone).")
  private String host = ServerOptions.DEFAULT_HOST;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port to listen at; 0 for any that is free (default: 8080).")
  private int port = ServerOptions.DEFAULT_PORT;

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      converter = Numbers.Positive.class,
      description = "Answers that are generated at the same time (default: 16).")
  private @Nullable Integer parallel;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "Keys of which callers must show one, a line each.")
  private @Nullable Path keyFile;

  ServeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    ServerOptions options = ServerOptions.defaults().withHost(host).withPort(port);
    if (keyFile != null) {
      options =
          options.withKeys(
              java.nio.file.Files.readAllLines(keyFile).stream()
                  .filter(line -> !line.isBlank())
                  .toList());
    }
    CountDownLatch stop = new CountDownLatch(1);
    try (Models served = new Models(servedModels(), Models.Settings.defaults());
        PunaServer server = PunaServer.start(served, options)) {
      console().err().println("listening at http://" + host + ":" + server.port());
      stop.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCodes.OK;
  }

  private List<ServedModel> servedModels() {
    LlamaOptions options = engine.llamaOptions();
    if (parallel != null) {
      options = options.withMaxConcurrent(parallel);
    }
    List<ServedModel> served = new ArrayList<>();
    for (String model : models.isEmpty() ? List.of(ModelStore.DEFAULT_MODEL) : models) {
      served.add(ServedModel.of(name(model), ModelSource.of(model), options));
    }
    for (String alias : aliases) {
      served.set(0, served.getFirst().withAlias(alias));
    }
    return served;
  }

  /// A file is served by its name without the ending.
  private static String name(String reference) {
    Path file = Path.of(reference).getFileName();
    String name = file == null ? reference : file.toString();
    return name.endsWith(".gguf") ? name.substring(0, name.length() - 5) : name;
  }
}
