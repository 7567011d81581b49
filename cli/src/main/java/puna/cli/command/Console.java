package puna.cli.command;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// The three streams of the process, and which of them are a terminal.
///
/// @param out results; where they go to a terminal, nothing in them steers it
/// @param err everything else
/// @param errIsTerminal whether it is a terminal on which a line can be taken back
public record Console(
    InputStream in, Output out, PrintStream err, boolean inIsTerminal, boolean errIsTerminal) {

  public static Console system() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        output(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Settings.isTerminal("in"),
        Settings.isTerminal("err") && Screen.hasEscapes(Settings.terminalKind()));
  }

  private static Output output(OutputStream stream) {
    if (!Settings.isTerminal("out")) {
      return new Output(stream);
    }
    boolean hasColours = Screen.system().hasColours(Screen.Colours.AUTO);
    return Output.ofTerminal(stream, hasColours ? Output.Asides.DIMMED : Output.Asides.PLAIN);
  }
}
