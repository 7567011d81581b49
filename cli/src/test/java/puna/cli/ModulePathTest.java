package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An application that is a module and requires `puna`, and no other module by name.
class ModulePathTest {
  private static final String ARTIFACT = "smollm2-135m";
  private static final String MODEL = ".*[/-]smollm2-135m[/-].*";

  /// Puna's core and what it requires.
  private static final String CORE =
      ".*/(core/target/classes|(puna-core|jackson-core|jspecify)-[0-9][^/]*)";

  @TempDir private Path folder;
  private Path app;

  @BeforeEach
  void compile() throws IOException {
    Path sources = Files.createDirectories(folder.resolve("src"));
    app = folder.resolve("app");
    Path descriptor =
        Files.writeString(sources.resolve("module-info.java"), "module app { requires puna; }");
    Path program =
        Files.writeString(
            Files.createDirectories(sources.resolve("app")).resolve("Known.java"),
            """
            package app;
            public final class Known {
              public static void main(String[] args) {
                System.out.println(puna.ModelSource.known().getFirst().name());
                try (var llama = puna.Llama.open(args[0])) {
                  System.out.println(llama.info().name());
                }
              }
            }
            """);
    tool(
        "javac",
        "--module-path",
        modules(CORE, MODEL),
        "-d",
        app.toString(),
        descriptor.toString(),
        program.toString());
  }

  @Test
  void findsTheModelThatNobodyNames() throws IOException, InterruptedException {
    assertThat(
            run("java", List.of("--module-path", app + File.pathSeparator + modules(CORE, MODEL))))
        .contains(ARTIFACT)
        .contains("Smollm2 135M");
  }

  @Test
  void aMissingModelIsMissedWhereTheApplicationCameFrom() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("src/app/Known.java"),
        """
        package app;
        public final class Known {
          public static void main(String[] args) {
            puna.Llama.open(args[0]);
          }
        }
        """);
    tool(
        "javac",
        "--module-path",
        app + File.pathSeparator + modules(CORE, MODEL),
        "-d",
        app.toString(),
        folder.resolve("src/module-info.java").toString(),
        folder.resolve("src/app/Known.java").toString());

    assertThat(run("java", List.of("--module-path", app + File.pathSeparator + modules(CORE))))
        .contains("no model is on the module path");
  }

  @Test
  void jlinkTakesTheModel() throws IOException, InterruptedException {
    Path image = folder.resolve("image");
    tool(
        "jlink",
        "--module-path",
        app + File.pathSeparator + modules(CORE, MODEL),
        "--add-modules",
        "app,puna.model.smollm2_135m",
        "--output",
        image.toString());

    assertThat(run(image.resolve("bin/java").toString(), List.of()))
        .contains(ARTIFACT)
        .contains("Smollm2 135M");
  }

  private static void tool(String name, String... arguments) {
    assertThat(ToolProvider.findFirst(name).orElseThrow().run(System.out, System.err, arguments))
        .isZero();
  }

  private static String run(String java, List<String> flags)
      throws IOException, InterruptedException {
    Path program = Path.of(java);
    List<String> command = new ArrayList<>();
    command.add(
        program.isAbsolute()
            ? java
            : Path.of(System.getProperty("java.home"), "bin", java).toString());
    command.add("-Dpuna.home=" + System.getProperty("puna.home"));
    command.addAll(flags);
    command.addAll(List.of("-m", "app/app.Known", ARTIFACT));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    return said;
  }

  /// The entries of the class path that match one of these.
  private static String modules(String... patterns) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry ->
            Arrays.stream(patterns).anyMatch(entry.replace(File.separatorChar, '/')::matches))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
