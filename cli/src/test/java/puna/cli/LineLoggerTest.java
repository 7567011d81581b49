package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import puna.cli.command.Progress;

class LineLoggerTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final LineLogger logger =
      new LineLogger("puna", "", new PrintStream(written, true, StandardCharsets.UTF_8));

  @Test
  void aWarningIsOneLineWhateverItHolds() {
    logger.log(Level.WARNING, "model.gguf: a\nb\u001B[2J {0} \u00e9");

    assertThat(text()).isEqualTo("puna: warning: model.gguf: a b [2J {0} \u00e9\n");
  }

  @Test
  void parametersAndCausesAreTold() {
    logger.log(Level.WARNING, "{0} of {1}", 1, "two");
    logger.log(Level.ERROR, "broken", new IllegalStateException("why"));

    assertThat(text())
        .isEqualTo(
            "puna: warning: 1 of two\npuna: error: broken: java.lang.IllegalStateException: why\n");
  }

  @Test
  void whatIsLessThanAWarningIsNotTold() {
    logger.log(Level.INFO, "info");
    logger.log(Level.DEBUG, "{0}", "debug");

    assertThat(text()).isEmpty();
    assertThat(logger.isLoggable(Level.INFO)).isFalse();
  }

  @Test
  void aLineOfProgressIsTakenAwayFirst() {
    new LineLogger(
            "puna", Progress.CLEAR_LINE, new PrintStream(written, true, StandardCharsets.UTF_8))
        .log(Level.WARNING, "x");

    assertThat(text()).isEqualTo(Progress.CLEAR_LINE + "puna: warning: x\n");
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }
}
