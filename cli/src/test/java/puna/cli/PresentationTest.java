package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.cli.command.Console;
import puna.cli.command.Output;
import puna.cli.command.Progress;
import puna.cli.command.Table;
import puna.cli.command.Text;

class PresentationTest {
  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong clock = new AtomicLong();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void progressShowsItselfOnlyAfterASecondOnATerminal() {
    try (Progress progress = new Progress(console(true), clock::get)) {
      progress.update("loading", 1, 4);
      clock.set(SECOND - 1);
      progress.update("loading", 1, 4);
      assertThat(err.size()).isZero();
      clock.set(2 * SECOND);
      progress.update("loading", 1, 4);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("loading: 25 %");
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("\r\u001B[K");
  }

  @Test
  void progressIsSilentWhereNobodyWatches() {
    try (Progress progress = new Progress(console(false), clock::get)) {
      clock.set(9 * SECOND);
      progress.update("loading", 1, 4);
    }
    assertThat(err.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,1.0 kB",
    "98362432,98.4 MB",
    "999950,1.0 MB",
    "12000000000,12.0 GB",
    "9223372036854775807,9223372.0 TB"
  })
  void sizesAreReadable(long bytes, String text) {
    assertThat(Text.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void metadataValuesStayOnOneLine() {
    assertThat(Text.brief("a\nb\u001B[31m", 3)).isEqualTo("a\\nb\\x1b[31m");
    assertThat(Text.brief(new long[] {1, 2, 3, 4}, 3)).isEqualTo("[1, 2, 3, … (4)]");
    assertThat(Text.brief(List.of("x"), 3)).isEqualTo("[x]");
    assertThat(Text.brief("z".repeat(500), 3)).endsWith("… (500 characters)");
  }

  @Test
  void tablesAlignTheirColumns() {
    String table =
        new Table(Table.Align.LEFT, Table.Align.RIGHT).row("a", "1").row("long", "100").render("");

    assertThat(table).isEqualTo("a       1\nlong  100\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 2 3", "1,2,3", "[1, 2, 3]", " 1\n2\t3 "})
  void idsAreReadInEveryUsualForm(String text) {
    assertThat(IdText.parse(text, "ids", 10)).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "-1", "x", "[1, \"2\"]", "[1.5]", "[1", "99999999999"})
  void idsThatAreNoneAreRefused(String text) {
    assertThatThrownBy(() -> IdText.parse(text, "ids", 10))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("ids");
  }

  @Test
  void aBackslashAtTheEndContinuesALine() {
    ContinuedLines lines = new ContinuedLines();

    assertThatThrownBy(() -> lines.parse("a\\", 2, ParseContext.ACCEPT_LINE))
        .isInstanceOf(EOFError.class);
    assertThat(lines.parse("it's \"open", 3, ParseContext.ACCEPT_LINE).line())
        .isEqualTo("it's \"open");
    assertThat(ContinuedLines.join("a\\\nb")).isEqualTo("a\nb");
  }

  private Console console(boolean errIsTerminal) {
    return new Console(
        new ByteArrayInputStream(new byte[0]),
        new Output(new ByteArrayOutputStream()),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        errIsTerminal);
  }
}
