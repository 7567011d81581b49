package puna.agent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.Llama;
import puna.agent.AgentStep;
import puna.chat.ChatMessage.Role;

/// Runs the examples of the packages' pages and of the README, and holds the pages to them.
@Timeout(900)
class PagesTest {
  private static final Path ROOT = Path.of(System.getProperty("puna.test.root"));
  private static final Path EXAMPLES =
      ROOT.resolve("agent/src/test/java/puna/agent/examples/PackageExamples.java");
  private static final String HOME = "puna.home";
  private static final Path MODELS = Path.of("target", "puna-home").toAbsolutePath();

  private static final Pattern EXPORTED = Pattern.compile("(?m)^ *exports ([a-z.]+);");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java$(.*?)^```$");
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^ *// example: ([a-z.]+)$(.*?)^ *// end$");

  private static Optional<String> homeBefore = Optional.empty();
  private static Optional<Llama> opened = Optional.empty();

  @TempDir private Path folder;

  @BeforeAll
  static void opens() {
    homeBefore = Optional.ofNullable(System.getProperty(HOME));
    System.setProperty(HOME, MODELS.toString());
    opened = Optional.of(Llama.open("smollm2-135m"));
  }

  @AfterAll
  static void closes() {
    opened.ifPresent(Llama::close);
    homeBefore.ifPresentOrElse(
        home -> System.setProperty(HOME, home), () -> System.clearProperty(HOME));
  }

  @Test
  void everyExportedPackageHasAPageWithAnExampleThatIsCompiled() throws IOException {
    Map<String, String> examples = new HashMap<>();
    EXAMPLE
        .matcher(Files.readString(EXAMPLES))
        .results()
        .forEach(each -> examples.put(each.group(1), code(each.group(2))));
    for (String name : exportedPackages().toList()) {
      assertThat(blocks(page(name))).as(name).containsExactly(examples.get(name));
    }
    assertThat(examples).hasSize((int) exportedPackages().count());
  }

  @Test
  void theExamplesOfThePackagesRun() {
    examples().opensAModel();
    assertThat(examples().readsEvents().getLast().role()).isEqualTo(Role.ASSISTANT);
    examples().handlesErrors(folder.resolve("missing.gguf"));
    examples().readsJson();
    examples().setsSampling();
    examples().tokenizes();
    assertThat(examples().runsAnAgent().trace().getFirst())
        .isInstanceOf(AgentStep.ModelAnswered.class);
  }

  @Test
  void everyJavaBlockOfTheReadmeCompiles() throws Exception {
    List<String> blocks = blocks(Files.readString(ROOT.resolve("README.md")));
    assertThat(blocks).isNotEmpty();
    for (String block : blocks) {
      Path source = Files.writeString(folder.resolve("Hello.java"), program(block));
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      int status =
          Objects.requireNonNull(ToolProvider.getSystemJavaCompiler())
              .run(
                  null,
                  said,
                  said,
                  "-cp",
                  System.getProperty("java.class.path"),
                  "-d",
                  folder.toString(),
                  source.toString());
      assertThat(status).as(said.toString(StandardCharsets.UTF_8)).isZero();
    }
  }

  /// As a reader would try it: imports on top, the rest in the `main` of a file that `java` starts.
  @Test
  void everyJavaBlockOfTheReadmeIsAProgramThatAnswers() throws Exception {
    assumeTrue(
        Boolean.getBoolean("puna.test.thorough"),
        "needs -Dpuna.test.thorough=true: a JVM of its own takes ten seconds");
    for (String block : blocks(Files.readString(ROOT.resolve("README.md")))) {
      assertThat(output(program(block))).contains("Paris").contains("Capital[country=");
    }
  }

  private static String program(String block) {
    Map<Boolean, String> lines =
        block
            .lines()
            .collect(
                Collectors.partitioningBy(
                    line -> line.startsWith("import "), Collectors.joining("\n")));
    return "%s%nvoid main() {%n%s%n}%n".formatted(lines.get(true), lines.get(false));
  }

  private String output(String program) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("Hello.java"), program);
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-D" + HOME + "=" + MODELS,
                "-cp",
                System.getProperty("java.class.path"),
                source.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int status = process.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(status).as(text).isZero();
    return text;
  }

  private static Stream<String> exportedPackages() throws IOException {
    String module = Files.readString(ROOT.resolve("core/src/main/java/module-info.java"));
    return Stream.concat(
        EXPORTED.matcher(module).results().map(each -> each.group(1)), Stream.of("puna.agent"));
  }

  /// The documentation of a package, without the slashes of the comment.
  private static String page(String name) throws IOException {
    String file = "src/main/java/" + name.replace('.', '/') + "/package-info.java";
    String module = name.equals("puna.agent") ? "agent" : "core";
    return Pattern.compile("(?m)^/// ?")
        .matcher(Files.readString(ROOT.resolve(module).resolve(file)))
        .replaceAll("");
  }

  private static List<String> blocks(String page) {
    return BLOCK.matcher(page).results().map((MatchResult each) -> code(each.group(1))).toList();
  }

  private static String code(String indented) {
    return indented.stripTrailing().stripIndent().strip();
  }

  private static PackageExamples examples() {
    return new PackageExamples(opened.orElseThrow());
  }
}
