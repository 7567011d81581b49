package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import puna.cli.command.Console;
import puna.cli.command.Output;

class CommandLineTest {

  @Test
  void everyCommandIsFoundByItsName() {
    Console console = CommandRun.console();
    Puna.COMMANDS.forEach((name, command) ->
        assertThat(new CommandLine(command.apply(console)).getCommandName()).isEqualTo(name));
    String help = CommandRun.of("--help").out();
    assertThat(help).contains(Puna.COMMANDS.keySet());
    for (String name : Puna.COMMANDS.keySet()) {
      assertThat(CommandRun.of(name, "--help").out()).contains("puna " + name);
      assertThat(CommandRun.of("help", name).out()).contains("puna " + name);
    }
  }

  @Test
  void helpIsAPageForNewcomersOnStandardOutput() {
    CommandRun run = CommandRun.of("--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("puna chat", "puna generate", "First steps", "Exit codes", "130", "141");
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(101));
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    assertThat(CommandRun.of()).isEqualTo(CommandRun.of("--help"));
  }

  @Test
  void theCacheOfStartsIsTheScriptsWork() {
    assertUsageError(CommandRun.of("aot"), "script");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chat",
        "generate",
        "inspect",
        "convert",
        "info",
        "models",
        "tokenize",
        "detokenize",
        "template",
        "embed",
        "rerank",
        "perplexity",
        "bench",
        "aot"
      })
  void everyCommandExplainsItself(String command) {
    CommandRun run = CommandRun.of(command, "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: puna " + command);
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--temperature,nan",
    "--temperature,-1",
    "--temperature,Infinity",
    "--temperature,warm",
    "--top-p,1.5",
    "--top-p,NaN",
    "--min-p,-0.1",
    "--top-k,-1",
    "--seed,-5",
    "--seed,1.5",
    "--seed,9223372036854775808",
    "--top-k,1.5",
    "--max-tokens,-1",
    "--repeat-penalty,0",
    "--presence-penalty,nan",
    "--frequency-penalty,inf",
    "--seed,many",
    "--threads,0",
    "--threads,99999999999",
    "--context,-5",
    "--kv-type,f8",
    "--cache-type-k,f8",
    "--cache-type-v,q8",
    "--stop,''"
  })
  void senselessOptionValuesAreUsageErrors(String option, String value) {
    CommandRun run = CommandRun.of("generate", option, value, "Hi");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("puna: ").contains(option).doesNotContain("\tat ");
  }

  @Test
  void unknownCommandsAndOptionsAreUsageErrorsWithAHint() {
    CommandRun command = CommandRun.of("genrate");
    CommandRun option = CommandRun.of("generate", "--temprature", "1", "Hi");

    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.err())
        .startsWith("puna: there is no command 'genrate'")
        .contains("puna generate");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.err()).contains("--temprature").contains("--temperature");
  }

  @Test
  void optionsThatDoNotGoTogetherAreUsageErrors(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "x");

    assertUsageError(CommandRun.of("generate", "--special", "Hi"), "--raw");
    assertUsageError(CommandRun.of("generate", "--prompt-logprobs", "Hi"), "--logprobs");
    assertUsageError(CommandRun.of("generate", "--post-sampling-probs", "Hi"), "--logprobs");
    assertUsageError(
        CommandRun.of("generate", "--samplers", "top_k", "--sampler-seq", "k", "Hi"), "--samplers");
    assertUsageError(CommandRun.of("generate", "--raw", "--system", "S", "Hi"), "--raw");
    assertUsageError(CommandRun.of("generate", "--file", file.toString(), "Hi"), "--file");
    assertUsageError(CommandRun.of("inspect", "--model", "a", "b"), "--model");
    assertUsageError(CommandRun.of("tokenize", "--json", "--jsonl"), "--jsonl");
    assertUsageError(CommandRun.of("tokenize", "--jsonl", "text"), "--jsonl");
    assertUsageError(CommandRun.of("bench", "--model", "a", "--shape", "b"), "--shape");
    assertUsageError(CommandRun.of("bench", "--type", "Q4_0"), "--shape");
    assertUsageError(CommandRun.of("bench", "--layers", "4"), "--shape");
    assertUsageError(
        CommandRun.of("bench", "--shape", "llama-4-scout", "--layers", "49"), "from 1 to that");
  }

  @Test
  void anEmptyPromptIsAUsageError() {
    assertUsageError(CommandRun.withInput("\n", "generate"), "empty");
    assertUsageError(CommandRun.onTerminal("generate"), "no text given");
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate", "inspect", "tokenize", "detokenize", "bench"})
  void aMissingModelIsOneLineThatNamesIt(String command) {
    CommandRun run = CommandRun.withInput("1", command, "--model", "no/such/model.gguf");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("puna: ").contains("no/such/model.gguf").hasLineCount(1);
  }

  @Test
  void foldersEmptyFilesAndOtherFilesAreNoModels(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.gguf"));
    Path text = Files.writeString(folder.resolve("text.gguf"), "Once upon a time");

    for (Path path : new Path[] {folder, empty, text}) {
      CommandRun run = CommandRun.of("inspect", path.toString());
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .startsWith("puna: ")
          .contains(String.valueOf(path.getFileName()))
          .hasLineCount(1);
    }
  }

  @Test
  void verbosePrintsTheStackTraceOfAFailure() {
    CommandRun run = CommandRun.of("inspect", "--verbose", "no/such/model.gguf");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("\tat puna.");
  }

  @Test
  void invalidUtf8IsRefusedWithTheOffsetOfTheByte() {
    byte[] input = {'H', 'i', ' ', (byte) 0xC3, '(', '\n'};

    CommandRun run = CommandRun.withInput(input, "generate");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "puna: standard input: not valid UTF-8 at byte 3 (found 0xc3); convert the text to"
                + " UTF-8 first\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "generate", "inspect", "info", "models", "tokenize", "bench"})
  void helpAndACommandExplainsThatCommand(String command) {
    assertThat(CommandRun.of("help", command)).isEqualTo(CommandRun.of(command, "--help"));
  }

  @Test
  void helpAloneIsTheHelpPageAndForAnUnknownCommandAUsageError() {
    assertThat(CommandRun.of("help")).isEqualTo(CommandRun.of("--help"));
    assertUsageError(CommandRun.of("help", "genrate"), "genrate");
  }

  @Test
  void eosStandsBehindATextWhereTheFileAsks(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder).toString();
    Path text = Files.writeString(folder.resolve("a.txt"), "aa");

    assertThat(CommandRun.of("tokenize", "-m", model, "--ids", "a").out()).isEqualTo("3 4 2\n");
    assertThat(CommandRun.of("tokenize", "-m", model, "--ids", "--bos", "a").out())
        .isEqualTo("1 3 4 2\n");
    assertThat(CommandRun.of("perplexity", "-m", model, "--json", text.toString()).out())
        .contains("\"tokens\":5");
    assertThat(CommandRun.of("template", "--user", "a", model).out())
        .contains("<s>")
        .doesNotContain("</s>");
  }

  @Test
  void aChatFromAPipeFailsWhereAMessageIsNotAnswered(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder).toString();
    CommandRun first = CommandRun.withInput("a\n", "chat", "-m", model, "--choices", "ab");
    assertThat(first.exitCode()).isZero();
    CommandRun run = CommandRun.withInput("a\ncdefg\n", "chat", "-m", model, "--choices", "ab");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEqualTo(first.out());
    assertThat(run.err()).contains("message 3 (user)", "left the message out");
  }

  @Test
  void aChatNeedsAFormat(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder, " ").toString();
    CommandRun run = CommandRun.withInput("a\nb\n", "chat", "-m", model);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).containsOnlyOnce("no chat format that Puna knows");
  }

  @Test
  void aFolderIsNoTextAndIsNamed(@TempDir Path folder) {
    for (String[] command : new String[][] {{"generate", "--file"}, {"perplexity"}}) {
      List<String> arguments = new ArrayList<>(List.of(command));
      arguments.add(folder.toString());
      CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).isEqualTo("puna: " + folder + ": is a folder, name a text file\n");
    }
  }

  @Test
  void aMissingPromptFileIsNamed() {
    CommandRun run = CommandRun.of("generate", "--file", "no/such/prompt.txt");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("puna: no/such/prompt.txt: no such file\n");
  }

  @Test
  void aFullDiskUnderStandardOutputIsSaid() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new Output(full),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);

    assertThat(Puna.run(console, "models")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("puna: standard output cannot be written: No space left on device\n");
  }

  @Test
  void aClosedStandardOutputEndsQuietly() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new Output(closed),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);

    assertThat(Puna.run(console, "info")).isEqualTo(141);
    assertThat(Puna.run(console, "--help")).isEqualTo(141);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private static void assertUsageError(CommandRun run, String mention) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("puna: ").contains(mention);
  }
}
