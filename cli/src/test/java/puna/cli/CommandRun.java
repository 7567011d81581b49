package puna.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import puna.cli.command.Console;
import puna.cli.command.Output;

/// One run of `puna` inside the test's own JVM: what it printed and how it ended.
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(String... arguments) {
    return withInput("", arguments);
  }

  static CommandRun withInput(String input, String... arguments) {
    return withInput(input.getBytes(StandardCharsets.UTF_8), arguments);
  }

  static CommandRun withInput(byte[] input, String... arguments) {
    return run(input, Terminal.NONE, arguments);
  }

  static CommandRun onTerminal(String... arguments) {
    return run(new byte[0], Terminal.IN, arguments);
  }

  /// What commands are made with that are not run.
  static Console console() {
    return new Console(
        new ByteArrayInputStream(new byte[0]),
        new Output(new ByteArrayOutputStream()),
        System.err,
        false,
        false);
  }

  private enum Terminal {
    NONE,
    IN
  }

  private static CommandRun run(byte[] input, Terminal terminal, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input),
            new Output(out),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal == Terminal.IN,
            false);
    int code = Puna.run(console, arguments);
    return new CommandRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
