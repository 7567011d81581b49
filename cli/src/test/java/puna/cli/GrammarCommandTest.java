package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.cli.command.ExitCodes;

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

  @Test
  void readsASchemaAsTheOptionsSay() throws IOException {
    String file =
        Files.writeString(
                folder.resolve("s.json"),
                "{\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"$ref\":\"x.json\"}}}")
            .toString();
    String[] good = {"{\"a\":1,\"b\":2}"};
    String[] bad = {"{\"b\":2,\"a\":1}", "{\"c\":1}", "{\"a\": 1}", "{\"a\":123}"};
    for (String text : good) {
      assertThat(judged(file, text).out()).startsWith("yes\t");
    }
    for (String text : bad) {
      assertThat(judged(file, text).out()).startsWith("no\t");
    }
    assertThat(judged(file, "x").err())
        .startsWith("puna: " + file + ": left out: #/properties/b/$ref: ");
    assertThat(CommandRun.of("grammar", "--schema", file).err()).contains("#/properties/b/$ref");
  }

  private static CommandRun judged(String file, String text) {
    return CommandRun.of(
        "grammar",
        "--schema",
        file,
        "--lenient",
        "--member-order",
        "schema",
        "--objects",
        "closed",
        "--whitespace",
        "compact",
        "--max-integer-digits",
        "2",
        text);
  }

  @Test
  void judgesByAllThatTheSchemaAsksFor() throws IOException {
    String many =
        IntStream.range(0, 8)
            .mapToObj("\"p%d\":{}"::formatted)
            .collect(Collectors.joining(",", "{\"properties\":{", "}}"));
    String file = Files.writeString(folder.resolve("many.json"), many).toString();

    CommandRun run =
        CommandRun.of(
            "grammar",
            "--schema",
            file,
            "{\"p7\":1,\"p0\":1}",
            "{\"x\":1,\"x\":1}",
            "{\"\\u00700\":1}");

    assertThat(run.out().lines().map(line -> line.substring(0, 2)))
        .containsExactly("ye", "no", "ye");
  }

  @Test
  void refusesOptionsOutOfRange() throws IOException {
    String file = Files.writeString(folder.resolve("s.json"), "{}").toString();
    for (String[] option :
        new String[][] {
          {"--max-items", "-1"},
          {"--max-items", "x"},
          {"--max-integer-digits", "301"},
          {"--ends-within", "0"},
          {"--member-order", "late"},
          {"--whitespace", "tabs"},
        }) {
      CommandRun run = CommandRun.of("grammar", "--schema", file, option[0], option[1], "1");

      assertThat(run.exitCode()).as(option[0]).isEqualTo(ExitCodes.USAGE);
      assertThat(run.err()).as(option[0]).isNotEmpty();
    }
  }
}
