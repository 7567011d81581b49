package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What only a process of its own shows: closed pipes and exit codes.
class ProcessTest {

  @Test
  void aReaderThatLeavesEndsTheCommandQuietly() throws IOException, InterruptedException {
    Process puna = start("inspect", "--json");
    try (InputStream out = puna.getInputStream()) {
      assertThat(out.readNBytes(10)).hasSize(10);
    }
    assertThat(puna.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(errorsOf(puna)).isEmpty();
    assertThat(puna.exitValue()).isEqualTo(141);
  }

  @Test
  void exitCodesReachTheShell() throws IOException, InterruptedException {
    Process wrong = start("generate", "--temperature", "nan", "x");

    assertThat(wrong.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(wrong.exitValue()).isEqualTo(2);
    assertThat(errorsOf(wrong)).first().asString().startsWith("puna: ");
  }

  @Test
  void withoutMachineCodeAndVectorModuleOneWarningNamesTheFlag()
      throws IOException, InterruptedException {
    Process puna =
        launch(
            List.of("-Dpuna.x64.tier=off"),
            "generate",
            "--raw",
            "--temperature",
            "0",
            "-n",
            "2",
            "Once upon a");
    String out = new String(puna.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(puna.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(errorsOf(puna))
        .filteredOn(line -> line.contains("--add-modules jdk.incubator.vector"))
        .hasSize(1);
    assertThat(puna.exitValue()).isZero();
    assertThat(out).isNotBlank();
  }

  @Test
  void onlyTheVectorTierAsksForAnIncubatorModule() throws IOException, InterruptedException {
    Process without = launchModules(entry -> !isVectorTier(entry), "info");
    String facts = new String(without.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(without.waitFor(10, TimeUnit.MINUTES)).isTrue();
    try (BufferedReader errors = without.errorReader(StandardCharsets.UTF_8)) {
      assertThat(errors.lines()).noneMatch(line -> line.contains("incubator"));
    }
    assertThat(facts)
        .contains("tier vector is not used: ")
        .contains("puna:puna-vector")
        .contains("--tier vector")
        .doesNotContain("--add-modules");

    Process with = launchModules(_ -> true, "info", "--tier", "vector");
    assertThat(new String(with.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("vector tier (")
        .doesNotContain("tier vector is not used");
    assertThat(with.waitFor(10, TimeUnit.MINUTES)).isTrue();
  }

  private static boolean isVectorTier(Path entry) {
    return entry.toString().matches(".*[/\\\\](vector[/\\\\]target|puna-vector)[/\\\\].*");
  }

  private static boolean isOfTheDistribution(Path entry) {
    return entry.endsWith("classes")
        || entry
            .getFileName()
            .toString()
            .matches("(puna|picocli|jline|jackson|jspecify|jetty|slf4j)-.*");
  }

  /// From the module path, as the launcher starts it.
  private static Process launchModules(Predicate<Path> entries, String... arguments)
      throws IOException {
    String modules =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(ProcessTest::isOfTheDistribution)
            .filter(entries)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                modules,
                "--add-modules",
                "ALL-MODULE-PATH",
                "--enable-native-access=puna,puna.x64,org.jline",
                "-m",
                "puna.cli/puna.cli.Puna"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  @Test
  void whatAnApplicationLogsOfAnOpeningIsNotTheCommandsToSay()
      throws IOException, InterruptedException {
    Process puna = launch(List.of(), "generate", "-n", "1", "Hi");

    assertThat(puna.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(errorsOf(puna)).noneMatch(line -> line.contains("opened"));
    assertThat(puna.exitValue()).isZero();
  }

  @Test
  void aCacheFolderThatCannotBeMadeIsOneLineThatSaysWhatToDo(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path home = Files.createFile(folder.resolve("file")).resolve("home");
    Process puna = launch(List.of("-Dpuna.home=" + home), "generate", "Hi");

    assertThat(puna.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(puna.exitValue()).isEqualTo(1);
    assertThat(errorsOf(puna))
        .singleElement()
        .asString()
        .startsWith("puna: ")
        .contains("set PUNA_HOME to a folder that can be written");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenize", "template", "generate", "chat", "perplexity"})
  void whatIsOddInAModelIsOneLineOfWarning(String command, @TempDir Path folder)
      throws IOException, InterruptedException {
    Path model = OddModel.write(folder);
    List<String> arguments =
        switch (command) {
          case "template" -> List.of("template", "--user", "a", model.toString());
          case "generate" -> List.of("generate", "-m", model.toString(), "--raw", "-n", "1", "a");
          case "chat" -> List.of("chat", "-m", model.toString());
          case "perplexity" ->
              List.of(
                  "perplexity",
                  "-m",
                  model.toString(),
                  Files.writeString(folder.resolve("a.txt"), "aaa").toString());
          default -> List.of("tokenize", "-m", model.toString(), "a");
        };
    Process puna = launch(List.of(), arguments.toArray(String[]::new));
    puna.getOutputStream().close();

    assertThat(puna.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(errorsOf(puna))
        .filteredOn(line -> !line.contains("--add-modules"))
        .singleElement()
        .asString()
        .startsWith("puna: warning: odd.gguf: tokenizer.ggml.eot_token_id must be in 0..");
    assertThat(puna.exitValue()).isZero();
  }

  private static Process start(String... arguments) throws IOException {
    return launch(List.of("--add-modules=jdk.incubator.vector"), arguments);
  }

  static Process launch(List<String> flags, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dpuna.home=" + System.getProperty("puna.home"));
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("puna.cli.Puna");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).start();
  }

  /// What Puna said; the JVM's own warning about incubator modules is none of it.
  private static List<String> errorsOf(Process process) throws IOException {
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      return reader.lines().filter(line -> !line.contains("incubator modules")).toList();
    }
  }
}
