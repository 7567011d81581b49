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
import puna.cli.command.ExitCodes;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// `puna chat` with tools and with answers in a given form, on the embedded model.
class AnswerFormTest {
  private static final String TOOLS =
      """
      [{"type": "function", "function": {"name": "get_weather", "description": "Tells the weather.",
        "parameters": {"type": "object", "properties": {"city": {"enum": ["Paris", "Rome"]}},
        "required": ["city"], "additionalProperties": false}}}]
      """;

  @TempDir Path folder;

  @Test
  void aRequiredCallIsOneLineOfJsonAndTheNextLineIsItsResult() throws IOException {
    CommandRun run =
        CommandRun.withInput(
            "What is the weather in Paris?\n{\"sky\": \"sunny\"}\n",
            "chat",
            "--temperature",
            "0",
            "-n",
            "40",
            "--tools",
            file("tools.json", TOOLS),
            "--tool-choice",
            "required",
            "--one-call");

    List<String> lines = run.out().lines().toList();
    JsonObject call = (JsonObject) Json.parse(lines.getFirst(), "call");
    assertThat(call.get("name")).contains(new JsonString("get_weather"));
    assertThat(Json.write(call.get("arguments").orElseThrow()))
        .isIn("{\"city\":\"Paris\"}", "{\"city\":\"Rome\"}");
    assertThat(lines).hasSizeGreaterThan(1);
    assertThat(lines.subList(1, lines.size())).noneMatch(line -> line.startsWith("{\"id\""));
    assertThat(run.err()).isEqualTo("The next line is the result of get_weather.\n");
  }

  @Test
  void anAnswerKeepsToItsForm() throws IOException {
    String schema =
        file(
            "s.json",
            "{\"type\": \"object\", \"properties\": {\"a\": {\"enum\": [1, 2]}},"
                + " \"required\": [\"a\"], \"additionalProperties\": false}");
    assertThat(answer("--schema", schema)).matches("\\{\\s*\"a\"\\s*:\\s*[12]\\s*}\\s*");
    assertThat(answer("--grammar", file("g.gbnf", "root ::= \"so \" [xyz]{3}")))
        .matches("so [xyz]{3}\n");
    assertThat(answer("--regex", "[0-9]{4}")).matches("[0-9]{4}\n");
    assertThat(answer("--choices", "llama,alpaca")).isIn("llama\n", "alpaca\n");
    assertThat(Json.parse(answer("--json-object", "-n", "400"), "answer"))
        .isInstanceOf(JsonObject.class);
  }

  @Test
  void anAnswerEndsWhereItMust() throws IOException {
    String schema =
        file("e.json", "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"minItems\": 1}");

    assertThat(Json.parse(answer("--schema", schema, "--ends-within", "9"), "answer"))
        .isInstanceOf(puna.json.JsonValue.JsonArray.class);
    assertThat(CommandRun.withInput("x\n", "chat", "--schema", schema, "--ends-within", "1").err())
        .contains("an answer must end within 1 tokens, and the shortest needs 2");
    assertThat(CommandRun.withInput("", "chat", "--regex", "a", "--max-items", "1").err())
        .contains("options of JSON go with --schema or --json-object, found {\"max_items\":1}");
  }

  private String answer(String... options) {
    String[] arguments = new String[options.length + 3];
    arguments[0] = "chat";
    arguments[1] = "--temperature";
    arguments[2] = "0";
    System.arraycopy(options, 0, arguments, 3, options.length);
    CommandRun run = CommandRun.withInput("Which animal?\n", arguments);
    assertThat(run.err()).isEmpty();
    return run.out();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--grammar | root ::= foo              | line 1, column 10: the rule foo is not defined",
        "--grammar | root ::= (                | line 1",
        "--schema  | {\"type\": \"nothing\"}   | #/type",
        "--schema  | {\"type\":                | line 1",
        "--tools   | {}                        | expected",
        "--tools   | [{\"type\": \"function\"}]| tool 1",
      })
  void whatCannotBeKeptIsRefusedWithFileAndPlaceBeforeTheModelIsAsked(
      String option, String content, String message) throws IOException {
    String name = file("bad", content);

    CommandRun run = CommandRun.withInput("", "chat", option, name);

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).startsWith("puna: " + name + ": ").contains(message);
  }

  @Test
  void aToolWhoseSchemaCannotBeKeptIsRefusedWhereItMustBeCalled() throws IOException {
    String name =
        file(
            "odd.json",
            "[{\"name\": \"f\"}, {\"name\": \"g\", \"parameters\": {\"properties\": {\"a\": {\"type\": \"nothing\"}}}}]");
    String place = "puna: " + name + ": tool 2: parameters: #/properties/a/type";

    CommandRun must = CommandRun.withInput("", "chat", "--tools", name, "--tool-choice", "g");
    CommandRun may = CommandRun.withInput("", "chat", "--tools", name);
    CommandRun other = CommandRun.withInput("", "chat", "--tools", name, "--tool-choice", "f");
    CommandRun none = CommandRun.withInput("", "chat", "--tools", name, "--tool-choice", "h");

    assertThat(must.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(must.err()).startsWith(place);
    assertThat(may.exitCode()).isZero();
    assertThat(may.err()).startsWith(place).contains("calls of g may have any arguments");
    assertThat(other.err()).isEmpty();
    assertThat(none.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(none.err()).startsWith("puna: " + name + ": the tool choice must name one of");
  }

  @Test
  void aBadRegexIsRefusedByItsOption() {
    CommandRun run = CommandRun.withInput("", "chat", "--regex", "(a");

    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).startsWith("puna: --regex: ");
  }

  @Test
  void onlyOneFormCanBeAsked() {
    CommandRun run = CommandRun.withInput("", "chat", "--regex", "a", "--json-object");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("give only one of --schema, --grammar, --regex");
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }
}
