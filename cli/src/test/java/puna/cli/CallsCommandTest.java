package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.chat.tools.ToolFormat;

class CallsCommandTest {
  private static final String CALL = "{\"name\": \"now\", \"parameters\": {\"zone\": \"CET\"}}";

  @TempDir private Path folder;

  @Test
  void showsTextReasoningAndCalls() {
    CommandRun run =
        CommandRun.of(
            "calls",
            "--format",
            "hermes",
            "--thinking",
            "model",
            "<think>I look.</think>Well:\n<tool_call>" + CALL + "</tool_call>");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .isEqualTo(
            """
            {
              "text": "Well:\\n",
              "reasoning": "I look.",
              "calls": [
                {
                  "name": "now",
                  "arguments": {
                    "zone": "CET"
                  }
                }
              ]
            }
            """);
  }

  @Test
  void knowsTheToolsThatWereShown() throws IOException {
    Path tools =
        Files.writeString(
            folder.resolve("tools.json"), "[{\"name\": \"now\", \"description\": \"\"}]");
    assertThat(CommandRun.of("calls", "--format", "llama-json", CALL).out()).contains("CET");
    assertThat(CommandRun.of("calls", "--format", "llama-json", "--tool", "other", CALL).out())
        .contains("\"calls\": []");
    assertThat(
            CommandRun.of(
                    "calls",
                    "--format",
                    "llama-json",
                    "--tool",
                    "other",
                    "--tools",
                    tools.toString(),
                    "I look.\n" + CALL)
                .out())
        .contains("\"text\": \"I look.\\n\"", "CET");
  }

  @Test
  void readsAnswersOfTheModelsFormatByDefault() {
    String call = "<tool_call>" + CALL + "</tool_call>";
    assertThat(CommandRun.of("calls", call).out()).contains("\"name\": \"now\"");
    assertThat(CommandRun.of("calls", CALL).out()).contains("\"calls\": []");
  }

  @Test
  void takesMarksForTokensWhereToldTo() {
    List<String> command = List.of("calls", "--format", "hermes", "<tool_call>" + CALL);
    assertThat(CommandRun.of(command.toArray(String[]::new)).out()).contains("\"name\": \"now\"");
    assertThat(
            CommandRun.of(
                    "calls",
                    "--format",
                    "hermes",
                    "--special",
                    "<tool_call>",
                    "--marks",
                    "[THINK]",
                    "[/THINK]",
                    "--thinking",
                    "begun",
                    "so[/THINK]<tool_call>" + CALL)
                .out())
        .contains("\"reasoning\": \"so\"", "\"name\": \"now\"");
  }

  @Test
  void readsOneObjectALine() {
    String lines =
        """
        {"id": 1, "format": "llama-json", "tools": ["now"], "text": "{\\"name\\": \\"now\\"}"}
        {"format": "mistral-named", "thinking": "begun", "marks": ["[THINK]", "[/THINK]"], "text": "a[/THINK]b"}
        {"id": "x", "text": "<tool_call>{'name': 'f'}</tool_call>", "specials": null}
        """;
    assertThat(jsonLines(lines).out())
        .isEqualTo(
            """
            {"id":1,"text":"","reasoning":"","calls":[{"name":"now","arguments":{}}]}
            {"text":"b","reasoning":"a","calls":[]}
            {"id":"x","text":"","reasoning":"","calls":[{"name":"f","arguments":{}}]}
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~[]~ | expected a JSON object with \"text\"",
        "~{\"text\": 1}~ | expected a JSON object with \"text\"",
        "~{\"text\": \"\", \"format\": \"gpt\"}~ | no format is called 'gpt'",
        "~{\"text\": \"\", \"format\": 1}~ | \"format\" must be a text",
        "~{\"text\": \"\", \"thinking\": \"yes\"}~ | thinking must be model, begun or no",
        "~{\"text\": \"\", \"marks\": [\"a\"]}~ | \"marks\" must be two texts",
        "~{\"text\": \"\", \"marks\": [\"a\", \"\"]}~ | \"marks\" must be a list of texts",
        "~{\"text\": \"\", \"tools\": \"now\"}~ | \"tools\" must be a list of texts",
        "~{\"text\": \"\"~ | line 1"
      })
  void namesTheLineThatIsWrong(String line, String message) {
    CommandRun run = jsonLines("{\"text\": \"\"}\n" + line + "\n");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("standard input, line 2", message);
  }

  @Test
  void namesWhatIsWrongOnTheCommandLine() {
    CommandRun format = CommandRun.of("calls", "--format", "gpt", "x");
    assertThat(format.exitCode()).isEqualTo(1);
    assertThat(format.err()).contains("no format is called 'gpt'", "llama-json", "deepseek");
    CommandRun thinking = CommandRun.of("calls", "--thinking", "maybe", "x");
    assertThat(thinking.err()).contains("thinking must be model, begun or no, found 'maybe'");
    assertThat(CommandRun.of("calls", "--marks", "a").exitCode()).isEqualTo(2);
  }

  @Test
  void helpNamesEveryFormat() {
    String help = CommandRun.of("calls", "--help").out().replaceAll("\\s+", " ");
    assertThat(help).contains(ToolFormat.labels());
  }

  private static CommandRun jsonLines(String lines) {
    return CommandRun.withInput(lines, "calls", "--format", "hermes", "--jsonl");
  }
}
