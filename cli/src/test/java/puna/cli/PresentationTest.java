package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void theMedianIsTheMiddleRound() {
    assertThat(BenchReport.Result.median(new double[] {3, 1, 2})).isEqualTo(2);
    assertThat(BenchReport.Result.median(new double[] {4, 1, 2, 3})).isEqualTo(2.5);
  }

  @Test
  void benchReportsEverythingThatItDependsOn() {
    BenchReport report =
        new BenchReport(
            new BenchReport.Subject("Tiny", "Q4_0", 1000, 562),
            new BenchReport.Setting("CPU", "vector", 2, "F16"),
            new BenchReport.Costs(0.5, Double.NaN, Optional.empty()),
            new BenchReport.Limit(500, 10, 40, 20_000),
            List.of(
                result(BenchPlan.Kind.PROMPT, "pp512", new double[] {10, 20, 30}, 40, 10, 10),
                result(BenchPlan.Kind.ANSWER, "tg64", new double[] {30}),
                answerBehind(20, "tg4@20", 25),
                answerBehind(100, "tg4@100", 20)));

    assertThat(report.asText())
        .contains("Tiny, Q4_0, 1,000 parameters", "vector tier, 2 threads")
        .containsPattern("test +tokens/s +least +most +of limit +peer +ratio")
        .containsPattern("pp512 +20.00 +10.00 +30.00 +10.00 +2.00\n")
        .containsPattern("tg64 +30.00 +30.00 +30.00 +76 %\n") // 500 bytes and half a position
        .containsPattern("tg4@20 +25.00 +25.00 +25.00 +90 %\n") // 500 bytes and 22 positions
        .containsPattern("tg4@100 +20.00 +20.00 +20.00 +90 %\n"); // 500 bytes and the window
    assertThat(report.asJson().members())
        .containsKeys(
            "model", "type", "tier", "threads", "load_seconds", "first_token_seconds", "results");
  }

  private static BenchReport.Result result(
      BenchPlan.Kind kind, String test, double[] rates, double... peer) {
    return new BenchReport.Result(new BenchPlan.Test(kind, test, 1, 0, 1), rates, peer);
  }

  private static BenchReport.Result answerBehind(int depth, String name, double rate) {
    BenchPlan.Test test = new BenchPlan.Test(BenchPlan.Kind.ANSWER, name, 4, depth, 1);
    return new BenchReport.Result(test, new double[] {rate}, new double[] {});
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
