package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import puna.cli.command.Console;
import puna.cli.command.UsageException;

/// Where a command's text comes from: its arguments, `--file`, or standard input.
final class PromptSource {
  @Parameters(
      arity = "0..*",
      paramLabel = "TEXT",
      description = "The text; several words are joined by spaces. Without it: standard input.")
  private List<String> words = List.of();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Read the text from this file; - is standard input.")
  private @Nullable Path file;

  /// What reads a text line by line.
  @FunctionalInterface
  interface LineReader {
    void read(Utf8Input input) throws IOException;
  }

  /// All of the text.
  String read(Console console) throws IOException {
    requireOneSource();
    if (words.isEmpty()) {
      return streamed(console);
    }
    noteUnread(console, "the text stands in the command");
    return String.join(" ", words);
  }

  /// A prompt: all of the text, and behind words of the command what comes through a pipe beside
  /// them. A line end at the end of a stream is the shell's, not the user's.
  String readPrompt(Console console) throws IOException {
    if (words.isEmpty()) {
      String text = streamed(console);
      return file == null || isDash() ? withoutLineEnd(text) : text;
    }
    boolean waits = isDash();
    if (!waits) {
      requireOneSource();
    }
    String text = String.join(" ", words);
    if (!waits && !PipedText.isComing(console)) {
      return text;
    }
    String piped = new Utf8Input(console.in(), "standard input").readAll();
    return piped.isBlank() ? text : text + "\n\n" + withoutLineEnd(piped);
  }

  private static String withoutLineEnd(String text) {
    return text.replaceFirst("\\r?\\n\\z", "");
  }

  /// Says so where something came through standard input that nobody read.
  void noteUnread(Console console, String reason) {
    if (!words.isEmpty() && PipedText.isUnread(console)) {
      console.err().println("puna: standard input is not read: " + reason);
    }
  }

  private void requireOneSource() {
    if (!words.isEmpty() && file != null) {
      throw new UsageException("give the text as arguments or with --file, not both");
    }
  }

  private String streamed(Console console) throws IOException {
    StringBuilder text = new StringBuilder();
    stream(console, input -> text.append(input.readAll()));
    return text.toString();
  }

  /// The text line by line, which only makes sense for a file or standard input.
  void readLines(Console console, LineReader reader) throws IOException {
    if (!words.isEmpty()) {
      throw new UsageException("--jsonl reads standard input or --file; leave the text out");
    }
    stream(console, reader);
  }

  private boolean isDash() {
    return file != null && file.toString().equals("-");
  }

  private void stream(Console console, LineReader reader) throws IOException {
    if (file != null && !isDash()) {
      try (InputStream stream = TextFile.open(file)) {
        reader.read(new Utf8Input(stream, file.toString()));
      }
      return;
    }
    if (console.inIsTerminal() && file == null) {
      throw new UsageException(
          "no text given; write it behind the command, or name a file with --file");
    }
    reader.read(new Utf8Input(console.in(), "standard input"));
  }
}
