package puna.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jline.keymap.KeyMap;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import puna.cli.command.Console;
import puna.cli.command.Text;
import puna.error.ModelNotFoundException;
import puna.hub.ModelStore;

/// The chat on a terminal: line editing with history, several lines in a message, Ctrl-C for the
/// answer and Ctrl-D for the end.
///
/// It has the terminal from before the model is loaded: what is typed meanwhile waits, unseen, for
/// the first prompt.
final class TerminalChat implements AutoCloseable {
  private static final String PROMPT = "> ";
  private static final String CONTINUATION = ". ";
  private static final String NEW_LINE_WIDGET = "puna-new-line";

  private final Console console;
  private final Terminal terminal;
  private final Attributes usual;

  private TerminalChat(Console console, Terminal terminal) {
    this.console = console;
    this.terminal = terminal;
    this.usual = terminal.getAttributes();
  }

  /// Takes the terminal. JLine is not to ask it for its abilities, since it would take what the
  /// user has typed for the reply.
  static TerminalChat open(Console console) throws IOException {
    Terminal terminal =
        TerminalBuilder.builder().name("puna").system(true).graphemeCluster(false).build();
    TerminalChat chat = new TerminalChat(console, terminal);
    Attributes waiting = new Attributes(chat.usual);
    waiting.setLocalFlag(LocalFlag.ICANON, false);
    waiting.setLocalFlag(LocalFlag.ECHO, false);
    waiting.setInputFlag(InputFlag.ICRNL, false);
    terminal.setAttributes(waiting);
    return chat;
  }

  /// What Ctrl-C stops: the answer, or whatever else was aimed at last.
  @FunctionalInterface
  interface StopButton {
    void aim(Runnable stop);
  }

  /// Asks for one line while a message is being answered.
  ///
  /// @throws StoppedException at Ctrl-C
  Optional<String> ask(String prompt) {
    LineReader reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("puna")
            .variable(LineReader.DISABLE_HISTORY, true)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    try {
      return Optional.of(reader.readLine(prompt));
    } catch (UserInterruptException e) {
      throw new StoppedException();
    } catch (EndOfFileException e) {
      return Optional.empty();
    }
  }

  /// Reads and answers until the user leaves.
  void run(String modelName, Function<StopButton, ChatSession> chat) {
    AtomicReference<@Nullable Runnable> running = new AtomicReference<>();
    ChatSession session = chat.apply(running::set);
    LineReader reader = reader(terminal);
    console
        .err()
        .println(
            Text.oneLine(modelName) + " is listening. /help lists the commands, Ctrl-D leaves.");
    terminal.setAttributes(usual);
    ChatSession.Next next = ChatSession.Next.READ_ON;
    while (next == ChatSession.Next.READ_ON) {
      next = turn(reader, session, running);
    }
  }

  @Override
  public void close() throws IOException {
    terminal.setAttributes(usual);
    terminal.close();
  }

  private ChatSession.Next turn(
      LineReader reader, ChatSession session, AtomicReference<@Nullable Runnable> running) {
    String line;
    try {
      line = ContinuedLines.join(read(reader));
    } catch (UserInterruptException e) {
      console.err().println("(Ctrl-D leaves)");
      return ChatSession.Next.READ_ON;
    } catch (EndOfFileException e) {
      return ChatSession.Next.LEAVE;
    }
    Terminal.SignalHandler before = terminal.handle(Signal.INT, signal -> stop(running.get()));
    try {
      return session.accept(line);
    } finally {
      running.set(null);
      terminal.handle(Signal.INT, before);
    }
  }

  /// Reads a message. Meanwhile Ctrl-Z is a character like others, which JLine reports and does
  /// nothing about.
  private String read(LineReader reader) {
    Terminal.SignalHandler before = terminal.handle(Signal.TSTP, _ -> suspend());
    try {
      return reader.readLine(PROMPT);
    } finally {
      terminal.handle(Signal.TSTP, before);
    }
  }

  /// Stops this process and those of its pipeline, as the terminal itself does at Ctrl-Z; behind
  /// `fg` JLine draws the prompt again.
  private void suspend() {
    Attributes reading = terminal.getAttributes();
    terminal.setAttributes(usual);
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -STOP 0").inheritIO().start().waitFor();
    } catch (IOException e) {
      console.err().println("puna: cannot be suspended: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    terminal.setAttributes(reading);
  }

  private static void stop(@Nullable Runnable running) {
    if (running != null) {
      running.run();
    }
  }

  private static LineReader reader(Terminal terminal) {
    LineReader reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("puna")
            .parser(new ContinuedLines())
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUATION)
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
    reader
        .getWidgets()
        .put(
            NEW_LINE_WIDGET,
            () -> {
              reader.getBuffer().write('\n');
              return true;
            });
    requireNonNull(reader.getKeyMaps().get(LineReader.MAIN))
        .bind(new Reference(NEW_LINE_WIDGET), KeyMap.alt('\r'), KeyMap.alt('\n'));
    history(reader);
    return reader;
  }

  /// A chat without a history is still a chat: where the folder cannot be written, none is kept.
  private static void history(LineReader reader) {
    try {
      Path file = ModelStore.standard().home().resolve("chat-history");
      Files.createDirectories(file.toAbsolutePath().getParent());
      reader.setVariable(LineReader.HISTORY_FILE, file);
    } catch (IOException | ModelNotFoundException e) {
      reader.setVariable(LineReader.DISABLE_HISTORY, false);
    }
  }
}
