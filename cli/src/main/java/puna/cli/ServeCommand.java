package puna.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.ModelInfo;
import puna.cli.command.CommandException;
import puna.cli.command.Console;
import puna.cli.command.ExitCodes;
import puna.cli.command.Progress;
import puna.cli.command.PunaCommand;
import puna.json.Json;
import puna.json.JsonValue.JsonString;
import puna.server.PunaServer;
import puna.server.ServerOptions;
import puna.server.models.ModelLease;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// `puna serve`: the HTTP APIs that clients of language models speak.
@Command(
    name = "serve",
    customSynopsis = "puna serve [OPTIONS]",
    description = {
      "Serve models over HTTP: the APIs of OpenAI, Anthropic, Ollama and llama-server, all on one"
          + " port.",
      "",
      "Every option may also stand in a file (--config) or in the environment, as PUNA_SERVE_ and its"
          + " name in capitals with _ for -, such as PUNA_SERVE_API_KEY_FILE. The command line comes"
          + " before the environment, and that before the file."
    })
final class ServeCommand extends PunaCommand {
  private static final long STEPS = 1000;

  @Mixin private final ServeModels models = new ServeModels();
  @Mixin private final ServeAccess access = new ServeAccess();
  @Mixin private final ServeInsight insight = new ServeInsight();

  @Option(
      names = ServeArguments.CONFIG,
      paramLabel = "FILE",
      description =
          "A file with options: a JSON object whose members are called as they are, such as"
              + " {\"port\": 8081}.")
  @SuppressWarnings("UnusedVariable") // read before the command line is
  private @Nullable Path config;

  ServeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    PrintStream err = console().err();
    ServerOptions options = insight.over(access.options(err::println));
    Models served = models.open(console());
    PunaServer server = start(served, options);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              err.println("puna: stopping; answers may go on for a moment");
              server.close();
              stopped.countDown();
            },
            "puna-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (models.preloads()) {
        preload(served);
      }
      screen(served, server.port());
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      Runtime.getRuntime().removeShutdownHook(hook);
      server.close();
      throw e;
    }
    return ExitCodes.OK;
  }

  private PunaServer start(Models served, ServerOptions options) {
    try {
      return PunaServer.start(served, options);
    } catch (IOException e) {
      served.close();
      throw e.getCause() instanceof BindException taken
          ? new CommandException(
              "cannot listen at %s: %s".formatted(access.place(), taken.getMessage()), e)
          : new CommandException("cannot serve: " + e.getMessage(), e);
    }
  }

  private void preload(Models served) {
    try (Progress progress = new Progress(console());
        ModelLease _ =
            served.lease(
                served.list().getFirst(),
                () -> progress.update("loading", Math.round(served.progress() * STEPS), STEPS))) {
      // it stays loaded
    }
  }

  /// What is served, where, and how to call it.
  private void screen(Models served, int port) {
    PrintStream err = console().err();
    String url = access.url(port);
    err.println("Puna " + Version.current() + " serves");
    for (ServedModel model : served.list()) {
      err.println("  " + model.id() + ": " + state(served, model));
      for (String alias : model.aliases()) {
        err.println("    also as " + alias);
      }
    }
    err.println();
    if (insight.showsPage()) {
      err.println("  in a browser:           " + url + "/");
    }
    err.println("  OpenAI's clients:       base URL " + url + "/v1");
    err.println("  Anthropic's, Ollama's:  base URL " + url);
    err.println("  llama-server's:         base URL " + url);
    err.println(access.needsKeys() ? "  with a key of the file" : "  any key, or none");
    err.println();
    err.println("Try it:");
    err.println(curl(url, served.list().getFirst().id()));
    err.println();
    err.println("Ctrl-C stops it.");
  }

  private static String state(Models served, ServedModel model) {
    return served.loaded().stream()
        .filter(loaded -> loaded.model().equals(model))
        .findFirst()
        .map(loaded -> facts(loaded.llama().info()))
        .orElse("loaded when it is asked for");
  }

  private static String facts(ModelInfo info) {
    return "%s M parameters, context %s".formatted(info.parameters() / 1_000_000, info.context());
  }

  /// As a shell reads it, whatever the model is called.
  private String curl(String url, String model) {
    String name = Json.write(new JsonString(model)).replace("'", "'\\''");
    String key = access.needsKeys() ? " -H \"Authorization: Bearer $KEY\"" : "";
    return String.join(
        "",
        List.of(
            access.usesTls() ? "  curl -k " : "  curl ", // its certificate has other names
            url,
            "/v1/chat/completions",
            key,
            " -H 'Content-Type: application/json' -d '{\"model\": ",
            name,
            ", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}'"));
  }
}
