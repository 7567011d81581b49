package puna.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// The three streams of the process, and which of them are a terminal.
///
/// @param out results
/// @param err everything else
record Console(
    InputStream in, Output out, PrintStream err, boolean inIsTerminal, boolean errIsTerminal) {

  static Console system() {
    return new Console(
        new FileInputStream(FileDescriptor.in),
        new Output(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        Settings.isTerminal("in"),
        Settings.isTerminal("err"));
  }
}
