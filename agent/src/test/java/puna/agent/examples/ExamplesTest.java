package puna.agent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.Llama;
import puna.agent.AgentRun;
import puna.agent.AgentStep;
import puna.agent.ToolOutcome;
import puna.hub.ModelStore;

/// Runs the examples of the documentation, and holds them to its text.
@Timeout(240)
class ExamplesTest {
  private static final Path DOCUMENT = Path.of("docs", "tools-and-structured-output.md");
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- example: (\\w+) -->\\R```java\\R(.*?)```", Pattern.DOTALL);

  private static Optional<Llama> opened = Optional.empty();

  private final List<String> printed = new ArrayList<>();

  @BeforeAll
  static void opens() {
    Path model = new ModelStore(Path.of("target", "puna-home")).resolve(ModelStore.DEFAULT_MODEL);
    opened = Optional.of(Llama.open(model));
  }

  @AfterAll
  static void closes() {
    opened.ifPresent(Llama::close);
  }

  @Test
  void theyAnswerWithRecords() {
    // drawn at random, and "" is a string too: seldom, so that it is not said again and again
    Stream<String> capitals = Stream.generate(() -> examples().askForARecord().capital()).limit(5);
    assertThat(capitals.filter(capital -> !capital.isBlank()).findFirst()).isPresent();
    assertThat(examples().watchARecordGrow().country()).isNotBlank();
    assertThat(printed).isNotEmpty();
  }

  @Test
  void theyKeepToFormats() {
    examples().bindAnswers();
    assertThat(printed).hasSize(4);
    assertThat(printed.get(0)).isIn("yes", "no");
    assertThat(printed.get(1)).matches("(Yes|No), because [a-z ]{10,40}\\.");
    assertThat(printed.get(2)).isIn("It is.", "It is not.");
  }

  @Test
  void theyCallTools() {
    assertThat(examples().callATool()).isNotBlank();
    assertThat(printed.getFirst()).isEqualTo("get_weather");
  }

  @Test
  void theyRunAgents() {
    AgentRun run = examples().runAnAgent();
    assertThat(run.trace().getFirst()).isInstanceOf(AgentStep.ModelAnswered.class);
    assertThat(run.messages()).hasSizeGreaterThan(1);
  }

  @Test
  void theyAskBeforeToolsRun() {
    AgentRun run = examples().askBeforeToolsRun(_ -> false);
    assertThat(run.trace()).isNotEmpty();
    assertThat(run.trace())
        .filteredOn(AgentStep.ToolCalled.class::isInstance)
        .allSatisfy(step ->
            assertThat(((AgentStep.ToolCalled) step).outcome())
                .isInstanceOf(ToolOutcome.Failed.class));
  }

  @Test
  void theyAreTheDocumentsWordForWord() throws IOException {
    Path root = Path.of(System.getProperty("puna.test.root"));
    String source =
        Files.readString(root.resolve("agent/src/test/java/puna/agent/examples/Examples.java"));
    List<MatchResult> snippets =
        SNIPPET.matcher(Files.readString(root.resolve(DOCUMENT))).results().toList();
    assertThat(snippets).hasSizeGreaterThan(4);
    for (MatchResult snippet : snippets) {
      String begin = "  // example: " + snippet.group(1) + "\n";
      int from = source.indexOf(begin);
      assertThat(from).as(snippet.group(1)).isNotNegative();
      String example = source.substring(from + begin.length(), source.indexOf("  // end", from));
      assertThat(snippet.group(2).strip()).isEqualTo(example.stripTrailing().stripIndent().strip());
    }
  }

  private Examples examples() {
    return new Examples(opened.orElseThrow(), printed::add);
  }
}
