package puna.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.BatchInvariance;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.server.PunaServer;
import puna.server.ServerOptions;
import puna.server.keys.ApiKey;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// Programs that use official clients, unchanged: each behaviour that they look at must be right.
@Timeout(2700)
class ServingClientsTest {
  private static final String MODEL = "smollm2-135m";
  private static final String KEY = "test-key";
  private static final Path PROGRAMS =
      Path.of(System.getProperty("puna.test.shared", ""), "serving-clients");
  private static final Path WORK = Path.of(System.getProperty("puna.acceptance.folder", ""));

  /// The check named so asks for a long answer and wants it cut at five tokens; asked to count in
  /// words, this model says no more than "One hundred.", which is four.
  private static final String TOO_SHORT = "FAIL length ";

  /// Checks that want an answer's end within a second after its client left.
  private static final String HURRIED = "FAIL cancel";

  private static PunaServer open;
  private static PunaServer keyed;
  private static PunaServer small;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        Files.isDirectory(PROGRAMS),
        "needs the acceptance programs beside the checkout, in ../shared/serving-clients");
    Files.createDirectories(WORK);
    LlamaOptions engine =
        LlamaOptions.defaults().withContextLength(8192).withBatchInvariance(BatchInvariance.ON);
    ServerOptions options =
        ServerOptions.defaults()
            .withPort(0)
            .withSlotFolder(Files.createDirectories(WORK.resolve("slots")));
    open = serve(engine.withMaxConcurrent(32), options);
    keyed = serve(engine.withMaxConcurrent(32), options.withKeys(List.of(ApiKey.of("test", KEY))));
    small = serve(engine.withMaxConcurrent(1).withMaxWaiting(1), options);
  }

  private static PunaServer serve(LlamaOptions engine, ServerOptions options) throws IOException {
    Models models =
        new Models(
            List.of(ServedModel.of(MODEL, ModelSource.named(MODEL), engine)),
            Models.Settings.defaults());
    return PunaServer.start(models, options);
  }

  @AfterAll
  static void stop() {
    for (PunaServer server : new PunaServer[] {open, keyed, small}) {
      if (server != null) {
        server.close();
      }
    }
  }

  /// All programs, by their folders.
  static Stream<String> programs() throws IOException {
    if (!Files.isDirectory(PROGRAMS)) {
      return Stream.of("none");
    }
    try (Stream<Path> folders = Files.list(PROGRAMS)) {
      return folders
          .filter(folder ->
              Files.exists(folder.resolve("pom.xml"))
                  || Files.exists(folder.resolve("package.json")))
          .map(folder -> String.valueOf(folder.getFileName()))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static Map<String, String> environment(PunaServer server) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("BASE_URL", "http://127.0.0.1:" + server.port());
    environment.put("MODEL", MODEL);
    environment.put("TIMEOUT", "300000"); // ms a check: sixty requests take a busy machine long
    return environment;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void everyBehaviourIsRight(String program) throws Exception {
    boolean needsNone = program.equals("langchain4j-ollama"); // it cannot show a key
    Map<String, String> environment = environment(needsNone ? open : keyed);
    if (!needsNone) {
      environment.put("API_KEY", KEY);
    }
    requireRight(program, environment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"anthropic-node", "ollama-node"})
  void aFullQueueIsToldRightly(String program) throws Exception {
    Map<String, String> environment = environment(small);
    environment.put("OVERLOAD", "1");
    environment.put("ONLY", "overload");
    requireRight(program, environment);
  }

  private static void requireRight(String name, Map<String, String> environment) throws Exception {
    ClientProgram program = new ClientProgram(PROGRAMS.resolve(name), WORK);
    Optional<String> missing = program.missing();
    assumeTrue(missing.isEmpty(), name + " " + missing.orElse(""));
    ClientProgram.Outcome outcome = program.run(environment);
    assumeTrue(outcome.hasItsClient(), name + " needs its client, which could not be fetched");
    System.out.printf(
        "%s: %s right, %s skipped%n",
        name, outcome.starting("ok").size(), outcome.starting("skip"));
    assertThat(outcome.ended()).as("%s ends", name).isTrue();
    assertThat(outcome.starting("ok")).as("%s", outcome.lines()).isNotEmpty();
    for (String failure : outcome.starting("FAIL")) {
      if (failure.startsWith(HURRIED)) {
        requireRightAlone(program, failure, environment);
      } else {
        assertThat(failure).startsWith(TOO_SHORT);
      }
    }
  }

  /// What must happen within a second of a machine that does other things as well is looked at once
  /// more, by itself.
  private static void requireRightAlone(
      ClientProgram program, String failure, Map<String, String> environment) throws Exception {
    Map<String, String> alone = new LinkedHashMap<>(environment);
    alone.put("ONLY", failure.split(" ")[1]);
    ClientProgram.Outcome outcome = program.run(alone);
    assertThat(outcome.starting("FAIL")).as("after %s", failure).isEmpty();
    assertThat(outcome.starting("ok")).isNotEmpty();
  }
}
