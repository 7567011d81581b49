package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrammarCommandTest {
  @TempDir private Path folder;

  @Test
  void judgesTextsOfASchema() throws IOException {
    Path file = Files.writeString(folder.resolve("s.json"), "{\"type\":\"integer\"}");
    CommandRun run = CommandRun.of("grammar", "--schema", file.toString(), "12", "x");

    assertThat(run.out()).isEqualTo("yes\t12\nno\tx\n");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILURE);
  }

  @Test
  void showsWhatWasUnderstood() {
    assertThat(CommandRun.of("grammar", "--regex", "a|b").out()).startsWith("root ::= ");
    assertThat(CommandRun.of("grammar").exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(CommandRun.of("grammar", "--regex", "(a").err()).contains("the group is not closed");
  }
}
