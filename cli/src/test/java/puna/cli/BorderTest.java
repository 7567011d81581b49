package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.cli.command.Output;
import puna.cli.command.Screen;
import puna.cli.command.Text;
import puna.cli.command.UsageException;

/// What comes in and goes out at the border of the process, in the test's own JVM: `LauncherTest`
/// and `LaunchedTest` have what needs a process.
class BorderTest {

  @Test
  void argumentsAreTheBytesOfTheUserAndNotWhatTheLocaleMakesOfThem() {
    byte[] commandLine = "java\0-m\0puna\0tokenize\0Grüße 안녕\0".getBytes(StandardCharsets.UTF_8);

    assertThat(Arguments.decode(commandLine, new String[] {"tokenize", "Gr\uFFFD\uFFFD"}))
        .containsExactly("tokenize", "Grüße 안녕");
    assertThat(Arguments.decode(new byte[0], new String[] {"é"})).containsExactly("é");
    assertThat(Arguments.read(new String[] {"a", ""})).containsExactly("a", "");
  }

  @Test
  void anArgumentThatIsNoUtf8IsRefusedWithTheOffsetOfTheByte() {
    byte[] commandLine = {'j', 0, 'a', 0, 'G', 'r', (byte) 0xFC, (byte) 0xDF, 'e', 0};

    assertThatThrownBy(() -> Arguments.decode(commandLine, new String[] {"a", "Gr\uFFFD\uFFFDe"}))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "argument 2: not valid UTF-8 at byte 2 (found 0xfc); convert the text to UTF-8 first");
  }

  @Test
  void aByteOrderMarkIsNoneOfTheText(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder).toString();
    Path file = Files.writeString(folder.resolve("bom.txt"), "\uFEFFaa");
    String right = CommandRun.of("tokenize", "-m", model, "--ids", "aa").out();

    assertThat(CommandRun.of("tokenize", "-m", model, "--ids", "--file", file.toString()).out())
        .isEqualTo(right);
    assertThat(CommandRun.withInput("\uFEFFaa", "tokenize", "-m", model, "--ids").out())
        .isEqualTo(right);
    assertThat(CommandRun.withInput("\uFEFF\"a\"\n\"a\"", "tokenize", "-m", model, "--jsonl").out())
        .isEqualTo(
            CommandRun.withInput("\"a\"\n\"a\"\n", "tokenize", "-m", model, "--jsonl").out());
    assertThat(CommandRun.withInput("\uFEFF", "tokenize", "-m", model, "--jsonl").out()).isEmpty();
  }

  @Test
  void theMarkCountsWhereABadByteIsNamed() {
    byte[] bytes = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a', (byte) 0xFF};

    assertThatThrownBy(() -> new Utf8Input(new ByteArrayInputStream(bytes), "x").readAll())
        .hasMessageContaining("byte 4 (found 0xff)");
    assertThatThrownBy(() -> new Utf8Input(new ByteArrayInputStream(bytes), "x").readLine())
        .hasMessageContaining("byte 4 (found 0xff)");
  }

  @Test
  void anAtSignIsText(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder).toString();
    Path file = Files.writeString(folder.resolve("notes"), "aaaa\n");
    String name = "@" + file;

    String written = CommandRun.withInput(name, "tokenize", "-m", model, "--ids").out();
    assertThat(CommandRun.of("tokenize", "-m", model, "--ids", name).out()).isEqualTo(written);
    assertThat(CommandRun.of("tokenize", "-m", model, "--ids", "--", name).out())
        .isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5 plus 3", "- item", "--- a/file", "-x y"})
  void textThatLooksLikeAnOptionGetsTheHintHowToWriteIt(String text) {
    CommandRun run = CommandRun.of("tokenize", text);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("puna tokenize -- TEXT");
  }

  @Test
  void onlyWhatDiffersInFewLettersIsSuggested() {
    assertThat(CommandRun.of("nope").err())
        .isEqualTo("puna: there is no command 'nope'\nTry 'puna --help'.\n");
    assertThat(CommandRun.of("help", "genrate").err())
        .isEqualTo(CommandRun.of("genrate").err())
        .isEqualTo("puna: there is no command 'genrate'\nDid you mean: puna generate?\n");
    assertThat(Mistakes.nearest("tokenise", List.of("tokenize", "detokenize", "chat")))
        .containsExactly("tokenize");
    assertThat(Mistakes.nearest("cat", List.of("chat", "bench"))).containsExactly("chat");
    assertThat(Mistakes.nearest("x", List.of("chat", "info"))).isEmpty();
    assertThat(Mistakes.distance("hlep", "help")).isEqualTo(1);
  }

  @Test
  void whatComesThroughAPipeStandsBehindThePrompt(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder).toString();
    String[] command = {"generate", "--raw", "--json", "-n", "0", "-m", model};

    assertThat(ids("aaa\n", command, "a"))
        .isEqualTo(ids("a\n\naaa", command))
        .isNotEqualTo(ids("a", command));
    assertThat(ids("", command, "a")).isEqualTo(ids("a", command));
    assertThat(ids("\n", command, "a")).isEqualTo(ids("a", command));
    assertThat(ids("aa", command, "--file", "-", "a")).isEqualTo(ids("a\n\naa", command));
  }

  private static String ids(String input, String[] command, String... arguments) {
    CommandRun run = CommandRun.withInput(input, joined(command, arguments));
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    return run.out().replaceAll("(?s).*\"prompt_token_ids\":(\\[[^]]*]).*", "$1");
  }

  private static String[] joined(String[] first, String[] second) {
    return Stream.of(first, second).flatMap(Arrays::stream).toArray(String[]::new);
  }

  @Test
  void whatIsGivenAndNotReadIsSaid(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder).toString();
    CommandRun run = CommandRun.withInput("aaaa", "tokenize", "-m", model, "--ids", "a");

    assertThat(run.out()).isEqualTo(CommandRun.of("tokenize", "-m", model, "--ids", "a").out());
    assertThat(run.err())
        .isEqualTo("puna: standard input is not read: the text stands in the command\n");
  }

  @Test
  void aLineOfAPipeIsAMessageWhateverItBeginsWith(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder).toString();
    CommandRun run = CommandRun.withInput("/reset\n", "chat", "-m", model, "-n", "1");

    assertThat(run.out() + run.err()).isNotEmpty().doesNotContain("forgotten");
  }

  @ParameterizedTest
  @CsvSource({
    "xterm-256color,false,true",
    "xterm,true,false",
    "dumb,false,false",
    "'',false,false"
  })
  void coloursNeedATerminalThatKnowsThem(String kind, boolean refused, boolean coloured) {
    Screen terminal = new Screen(true, kind, refused, OptionalInt.of(80));
    Screen pipe = new Screen(false, kind, refused, OptionalInt.empty());

    assertThat(terminal.hasColours(Screen.Colours.AUTO)).isEqualTo(coloured);
    assertThat(pipe.hasColours(Screen.Colours.AUTO)).isFalse();
    assertThat(pipe.hasColours(Screen.Colours.ALWAYS)).isTrue();
    assertThat(terminal.hasColours(Screen.Colours.NEVER)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"200,100", "100,100", "80,80", "20,55", "0,80"})
  void textIsAsWideAsTheTerminalWithinReason(int columns, int width) {
    assertThat(new Screen(true, "xterm", false, OptionalInt.of(columns)).textWidth())
        .isEqualTo(width);
    assertThat(new Screen(true, "xterm", false, OptionalInt.empty()).textWidth()).isEqualTo(80);
    assertThat(new Screen(false, "", false, OptionalInt.empty()).textWidth()).isEqualTo(100);
  }

  @Test
  void onATerminalNoTextSteersItHoweverItComes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = Output.ofTerminal(bytes, Output.Asides.PLAIN);
    for (String piece :
        List.of("a\u001B", "]52;c;", "cHduZWQ=\u0007", "\u009B2J\r\u007F", "\tb\n")) {
      out.print(piece);
    }
    out.flush();

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("a\\x1b]52;c;cHduZWQ=\\x07\\u009b2J\\r\\u007f\tb\n");
  }

  @Test
  void inAPipeEveryByteStays() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output out = new Output(bytes);
    out.print("\u001B]52;c;\u0007\u202E\r\n");
    out.flush();

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("\u001B]52;c;\u0007\u202E\r\n");
  }

  @ParameterizedTest
  @ValueSource(chars = {'\u202A', '\u202E', '\u2066', '\u2069', '\u200E', '\u200F', '\u061C'})
  void whatTurnsALineRoundIsWrittenOutInNamesAndMessages(char mark) {
    String written = String.format(Locale.ROOT, "\\u%04x", (int) mark);

    assertThat(Text.brief("a" + mark, 3)).isEqualTo("a" + written);
    assertThat(Text.brief(List.of("a" + mark), 3)).isEqualTo("[a" + written + "]");
    assertThat(CommandRun.of("inspect", "no" + mark + "such.gguf").err()).contains("no" + written);
    assertThat(Text.harmless("שלום" + mark)).isEqualTo("שלום" + mark);
  }

  @Test
  void messagesRepeatNoEscapeSequence() {
    for (String[] command :
        new String[][] {
          {"inspect", "no\u001B[31msuch.gguf"},
          {"\u001B[31m"},
          {"generate", "--file", "\u001B[31m"},
          {"generate", "--temperature", "\u001B[31m", "x"},
          {"generate", "--\u001B[31m", "x"},
          {"help", "\u001B[31m"}
        }) {
      assertThat(CommandRun.of(command).err())
          .startsWith("puna: ")
          .contains("\\x1b[31m")
          .doesNotContain("\u001B");
    }
  }

  @Test
  void everyErrorIsOneLine() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ErrorReport report = new ErrorReport(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    List<Error> errors =
        List.of(
            new OutOfMemoryError("Java heap space"),
            new StackOverflowError(),
            new InternalError("a fault occurred in an unsafe memory access operation"),
            new NoClassDefFoundError("puna/cli/Table"),
            new AssertionError("a\nb"));

    for (Error error : errors) {
      assertThat(report.broken(error)).isEqualTo(1);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
        .hasSize(errors.size())
        .allMatch(line -> line.startsWith("puna: "))
        .anyMatch(line -> line.contains("puna/cli/Table") && line.contains("built anew"));
  }

  @Test
  void helpTellsOfEveryVariableAndExitCode() {
    assertThat(CommandRun.of("--help").out())
        .contains("PUNA_HOME", "PUNA_JAVA_OPTIONS", "JAVA_HOME", "NO_COLOR")
        .containsPattern("(?m)^ +129 ")
        .containsPattern("(?m)^ +143 ");
  }

  @Test
  void numbersAreTheSameInEveryLanguage(@TempDir Path folder) throws IOException {
    String model = OddModel.write(folder).toString();
    Path text = Files.writeString(folder.resolve("a.txt"), "aaa");
    String[][] commands = {
      {"inspect", model},
      {"perplexity", "-m", model, text.toString()},
      {"detokenize", "-m", model, "999999"},
      {"perplexity", "-m", model, "--stride", "99999", text.toString()}
    };
    Locale before = Locale.getDefault();
    try {
      for (String[] command : commands) {
        Locale.setDefault(Locale.ROOT);
        CommandRun right = CommandRun.of(command);
        for (String language : List.of("fa-IR", "ar-EG", "de-DE", "hi-IN-u-nu-deva", "tr-TR")) {
          Locale.setDefault(Locale.forLanguageTag(language));
          assertThat(CommandRun.of(command)).isEqualTo(right);
        }
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
