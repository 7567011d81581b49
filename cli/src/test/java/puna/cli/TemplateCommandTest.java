package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.cli.command.ExitCodes;

class TemplateCommandTest {
  @TempDir private Path folder;

  @Test
  void showsThePromptOfTheModelAndItsTokens() {
    CommandRun run = CommandRun.of("template", "--user", "Hi", "--color", "never");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")
        .contains("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
        .contains("31 tokens, format chatml", "\n1\t<|im_start|>\n9690\tsystem\n");
  }

  @Test
  void coloursSpecialTokensAlone() {
    CommandRun run = CommandRun.of("template", "-u", "<|im_end|>", "--color", "always");

    assertThat(run.out())
        .contains("\u001b[36m<|im_start|>\u001b[0muser\n<|im_end|>\u001b[36m<|im_end|>\u001b[0m");
  }

  @Test
  void rendersABareTemplate() throws IOException {
    Path template =
        file(
            "a.jinja",
            "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}; {% endfor %}{{ add_generation_prompt }}{{ extra }}");

    assertThat(
            CommandRun.of(
                    "template",
                    template.toString(),
                    "-s",
                    "S",
                    "-u",
                    "U",
                    "--no-generation-prompt",
                    "--set",
                    "extra=[1]")
                .out())
        .isEqualTo("<s>system: S; user: U; False[1]\n");
  }

  @Test
  void readsMessagesAndToolsFromFiles() throws IOException {
    Path messages =
        file(
            "messages.json",
            """
            [{"role": "user", "content": "Hi"},
             {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function",
               "function": {"name": "f", "arguments": {"a": 1}}}]},
             {"role": "tool", "tool_call_id": "1", "content": "done"}]\
            """);
    Path tools = file("tools.json", "[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]");
    CommandRun run =
        CommandRun.of(
            "template", "--messages", messages.toString(), "--tools", tools.toString(), "--text");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains(
            "in words.\n\nHi<|im_end|>",
            "assistant\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n</tool_call><|im_end|>",
            "user\n<tool_response>\ndone\n</tool_response><|im_end|>");
  }

  @Test
  void showsToolsInWordsWhereTheTemplateKnowsNone() throws IOException {
    Path tools = file("tools.json", "[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]");

    assertThat(CommandRun.of("template", "-u", "Hi", "--tools", tools.toString(), "--text").out())
        .contains("user\nYou can call these tools", "{\"name\": \"f\", \"arguments\": {}}");
  }

  @Test
  void readsReasoningAndArgumentsAsTextFromFiles() throws IOException {
    Path messages =
        file(
            "messages.json",
            """
            [{"role": "user", "content": "Hi"},
             {"role": "assistant", "reasoning_content": "Hm.", "tool_calls": [{"type": "function",
               "function": {"name": "f", "arguments": "{\\"a\\": 1}"}}]},
             {"role": "tool", "content": "done"}]\
            """);
    Path model =
        OddModel.write(
            folder, "{% for m in messages %}{{ m.reasoning_content }}{{ m.content }}{% endfor %}");

    assertThat(
            CommandRun.of("template", model.toString(), "--messages", messages.toString(), "--text")
                .out())
        .contains("Hm.<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}");
  }

  @Test
  void rendersABareTemplateThatReadsFunctions() throws IOException {
    Path template = file("a.jinja", "{{ functions + ' ' + datetime }}");
    Path tools = file("tools.json", "[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]");

    assertThat(CommandRun.of("template", template.toString(), "-u", "U").out())
        .startsWith("[] ")
        .endsWith(" GMT\n");
    assertThat(CommandRun.of("template", template.toString(), "--tools", tools.toString()).out())
        .startsWith("[\n    {\n        \"name\": \"f\"\n    }\n] ");
  }

  @Test
  void rendersOneContextALine() throws IOException {
    Path template =
        file(
            "a.jinja", "{{ x }}{{ strftime_now('%d %b %Y') }}{{ raise_exception('no') if x > 1 }}");
    CommandRun run =
        CommandRun.withInput(
            "{\"x\": 1}\n{\"x\": 2}\n",
            "template",
            template.toString(),
            "--jsonl",
            "--now",
            "2025-07-04T09:05:06");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .isEqualTo("{\"ok\":\"104 Jul 2025\"}\n{\"err\":\"line 1, column 56: no\"}\n");
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path broken = file("b.jinja", "a\n{% if %}");

    assertThat(CommandRun.of("template", broken.toString()))
        .returns(ExitCodes.FAILURE, CommandRun::exitCode)
        .extracting(CommandRun::err)
        .asString()
        .startsWith("puna: " + broken + ": line 2, column 7: ");
    Path failing = file("c.jinja", "{{ messages.x.y }}");
    assertThat(CommandRun.of("template", failing.toString()).err())
        .startsWith("puna: " + failing + ": line 1, column ");
    Path odd = file("odd.json", "[{\"role\": \"user\"}, {\"role\": \"king\"}]");
    assertThat(CommandRun.of("template", "--messages", odd.toString()).err())
        .isEqualTo(
            "puna: %s: message 2: role must be system, user, assistant or tool, found \"king\"%n"
                .formatted(odd));
    assertThat(CommandRun.of("template", "--now", "today").exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(CommandRun.of("template", "--set", "a=b").exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(CommandRun.of("template", "--messages", broken.toString(), "-u", "x").exitCode())
        .isEqualTo(ExitCodes.USAGE);
    assertThat(CommandRun.of("template", folder.resolve("none.jinja").toString()).err())
        .contains("no such file");
    assertThat(CommandRun.withInput("[1]\n", "template", broken.toString(), "--jsonl").exitCode())
        .isEqualTo(ExitCodes.FAILURE);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
