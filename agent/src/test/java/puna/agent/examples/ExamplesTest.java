package puna.agent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
@Timeout(900)
class ExamplesTest {
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
    assertThat(Snippets.requireTheSame("tools-and-structured-output.md", "Examples.java"))
        .isGreaterThan(4);
  }

  private Examples examples() {
    return new Examples(opened.orElseThrow(), printed::add);
  }
}
