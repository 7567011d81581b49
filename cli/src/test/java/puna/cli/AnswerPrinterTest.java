package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import puna.chat.ChatEvent;
import puna.cli.command.Console;
import puna.cli.command.Output;

class AnswerPrinterTest {
  private static final List<ChatEvent> EVENTS =
      List.of(
          new ChatEvent.ReasoningDelta("hm\u001b[31m,"),
          new ChatEvent.ReasoningDelta(" well"),
          new ChatEvent.TextDelta("yes"));

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void reasoningIsDimmedOnATerminal() {
    assertThat(printed(Output.ofTerminal(bytes, Output.Asides.DIMMED)))
        .isEqualTo(
            "\u001b[2mhm\\x1b[31m,\u001b[0m\u001b[2m well\u001b[0m\u001b[2m\n\n\u001b[0myes\n");
  }

  @Test
  void reasoningIsPlainWhereThereAreNoColours() {
    assertThat(printed(Output.ofTerminal(bytes, Output.Asides.PLAIN)))
        .isEqualTo("hm\\x1b[31m, well\n\nyes\n");
  }

  @Test
  void reasoningIsNoResult() {
    assertThat(printed(new Output(bytes))).isEqualTo("yes\n");
  }

  private String printed(Output out) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            false,
            false);
    AnswerPrinter printer = new AnswerPrinter(console);
    EVENTS.forEach(printer::print);
    printer.endLine();
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
