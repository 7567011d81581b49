package puna.cli.command;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// Standard output, in UTF-8 whatever the locale. It carries results and nothing else.
///
/// Every method throws `ClosedOutputException` when the reader has gone, and `CommandException`
/// when it cannot be written for another reason, such as a full disk.
public final class Output {
  private static final int BUFFER = 1 << 16;

  private final OutputStream stream;
  private final UnaryOperator<String> shown;
  private final UnaryOperator<String> aside;

  /// For files and other programs, who get every byte.
  public Output(OutputStream stream) {
    this(stream, UnaryOperator.identity(), _ -> "");
  }

  private Output(OutputStream stream, UnaryOperator<String> shown, UnaryOperator<String> aside) {
    this.stream = new BufferedOutputStream(stream, BUFFER);
    this.shown = shown;
    this.aside = aside;
  }

  /// For a terminal: text of models and files must not steer it, set its title or its clipboard. So
  /// each control character but line end and tab is written out, also where a sequence of them
  /// comes in pieces.
  public static Output ofTerminal(OutputStream stream, Asides asides) {
    return new Output(
        stream,
        Text::harmless,
        text -> {
          String harmless = Text.harmless(text);
          return asides == Asides.PLAIN ? harmless : "\u001b[2m" + harmless + "\u001b[0m";
        });
  }

  /// How a terminal shows what is beside the result.
  public enum Asides {
    PLAIN,
    DIMMED
  }

  /// Shows on a terminal what is no part of the result; elsewhere it is left out.
  public void printAside(String text) {
    write(aside.apply(text));
  }

  /// `text` as `print` writes it.
  public String shown(String text) {
    return shown.apply(text);
  }

  public void print(String text) {
    write(shown(text));
  }

  /// Writes text of Puna's own as it is, with its colours.
  public void write(String text) {
    try {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  public void println(String line) {
    print(line);
    print("\n");
  }

  public void flush() {
    try {
      stream.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /// A reader that left is no failure; a full disk is.
  private static RuntimeException failure(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("pipe") || message.contains("connection")
        ? new ClosedOutputException(e)
        : new CommandException("standard output cannot be written: " + e.getMessage(), e);
  }
}
