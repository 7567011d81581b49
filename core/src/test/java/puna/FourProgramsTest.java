package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Four programs of users, in a module of their own: they compile without a warning, and run.
@Timeout(900)
class FourProgramsTest {
  private static final int MOST_LINES = 40;

  @TempDir private Path classes;

  @ParameterizedTest
  @ValueSource(strings = {"", "--release 25"})
  void theyCompileWithoutAWarning(String release) throws Exception {
    assertThat(compile(release.isEmpty() ? List.of() : List.of(release.split(" ")))).isEmpty();
  }

  @Test
  void theyAreShort() throws Exception {
    for (Path source : sources()) {
      assertThat(Files.readAllLines(source)).as("%s", source).hasSizeLessThanOrEqualTo(MOST_LINES);
    }
    assertThat(sources()).hasSize(5);
  }

  @ParameterizedTest
  @MethodSource("runs")
  void theyRun(String program, String printed) throws Exception {
    assumeTrue(
        Boolean.getBoolean("puna.test.thorough"),
        "needs -Dpuna.test.thorough=true: each program takes ten seconds and more");
    assertThat(compile(List.of())).isEmpty();
    Path output = classes.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                classes + File.pathSeparator + modulePath(),
                "--module",
                "four/four." + program,
                EmbeddedModel.path().toAbsolutePath().toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).as(program + " ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertThat(process.exitValue()).as("%s", text).isZero();
    assertThat(text).contains(printed);
  }

  /// Programs with what they print.
  static Stream<Arguments> runs() {
    return Stream.of(
        Arguments.of("Chat", "Paris"),
        Arguments.of("Several", "answer: "),
        Arguments.of("Typed", "so far: JsonArray"),
        Arguments.of("Tools", "name=weather"));
  }

  /// What the compiler says.
  private String compile(List<String> further) throws Exception {
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xlint:all", "-Werror", "--module-path", modulePath(), "-d", classes.toString()));
    options.addAll(further);
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean done =
          compiler
              .getTask(
                  said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources()))
              .call();
      assertThat(done).as("%s", said).isTrue();
    }
    return said.toString();
  }

  private static List<Path> sources() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(FourProgramsTest.class.getResource("/four")).toURI());
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  /// Puna, and what its module requires.
  private static String modulePath() {
    String jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.matches(".*(jspecify|jackson-core)-[^/\\\\]*\\.jar"))
            .collect(Collectors.joining(File.pathSeparator));
    return Path.of("target", "classes").toAbsolutePath() + File.pathSeparator + jars;
  }
}
