package puna.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import puna.chat.ChatMessage;
import puna.cli.command.Text;
import puna.error.ChatTemplateException;
import puna.error.ContextFullException;

/// A chat line after line: on a terminal a few words behind a slash are commands, everything else
/// is a message to the model.
final class ChatSession {
  private static final String HELP =
      """
      /help           this list
      /system TEXT    start anew with this system message; without TEXT: show it
      /system -       start anew without a system message of yours
      /reset          forget the conversation, keep the system message
      /quit           leave, as Ctrl-D does
      Other lines that begin with a slash are messages, such as /etc/hosts.
      A line that ends with \\ goes on in the next one; Alt-Enter begins a new line too.
      Ctrl-C stops an answer.\
      """;

  private static final Pattern COMMAND =
      Pattern.compile("/(?:(?:help|system|reset|quit|exit)(?:\\s.*)?|\\p{Alpha}+)", Pattern.DOTALL);

  private final Speaker speaker;
  private final PrintStream notes;
  private final Conversation conversation;
  private boolean failed;

  /// The model's side: prints the answer as it comes and returns all of it.
  @FunctionalInterface
  interface Speaker {
    ChatMessage speak(List<ChatMessage> messages);

    /// All that is said until it is the user's turn again: results of tools that ran, too. Empty
    /// where there is no answer.
    default List<ChatMessage> turns(List<ChatMessage> messages) {
      ChatMessage answer = speak(messages);
      return answer.text().isEmpty() && answer.toolCalls().isEmpty() ? List.of() : List.of(answer);
    }
  }

  /// Whether the chat goes on.
  enum Next {
    READ_ON,
    LEAVE
  }

  /// @param notes where answers to commands and failures go
  ChatSession(Speaker speaker, PrintStream notes, Optional<String> system) {
    this(speaker, notes, new Conversation(system));
  }

  /// @param notes where answers to commands and failures go
  /// @param conversation to go on with
  ChatSession(Speaker speaker, PrintStream notes, Conversation conversation) {
    this.speaker = speaker;
    this.notes = notes;
    this.conversation = conversation;
  }

  /// Whether a message could not be answered so far.
  boolean hasFailed() {
    return failed;
  }

  /// A line that a person typed: a command or a message.
  Next accept(String line) {
    return isCommand(line.strip()) ? command(line.strip()) : message(line);
  }

  /// Whether it begins with a command, or is one word that looks like a mistyped one: of
  /// `/etc/hosts …` and `// …` neither is true.
  private static boolean isCommand(String line) {
    return COMMAND.matcher(line).matches();
  }

  /// A line that is a message whatever it begins with; a blank one is none.
  Next message(String line) {
    if (line.isBlank()) {
      return Next.READ_ON;
    }
    conversation.add(
        conversation
            .pendingCall()
            .map(call -> ChatMessage.toolResult(call, line))
            .orElseGet(() -> ChatMessage.user(line)));
    if (conversation.pendingCall().isEmpty()) {
      answer();
    }
    conversation
        .pendingCall()
        .ifPresent(call ->
            notes.println("The next line is the result of " + Text.escaped(call.name()) + "."));
    return Next.READ_ON;
  }

  private void answer() {
    boolean answered = false;
    try {
      List<ChatMessage> turns = speaker.turns(conversation.messages());
      answered = !turns.isEmpty();
      turns.forEach(conversation::add);
    } catch (ContextFullException e) {
      fail(e.getMessage() + "; /reset begins a new conversation");
    } catch (ChatTemplateException e) {
      fail(e.getMessage());
    } finally {
      if (!answered) {
        conversation.takeBack();
      }
    }
  }

  private void fail(@Nullable String reason) {
    failed = true;
    notes.println("puna: " + Text.escaped(String.valueOf(reason)));
  }

  private Next command(String line) {
    int space = line.indexOf(' ');
    String name = space < 0 ? line : line.substring(0, space);
    String argument = space < 0 ? "" : line.substring(space).strip();
    switch (name) {
      case "/help" -> notes.println(HELP);
      case "/system" -> system(argument);
      case "/reset" -> {
        conversation.reset();
        notes.println("The conversation is forgotten.");
      }
      case "/quit", "/exit" -> {
        return Next.LEAVE;
      }
      default -> notes.println("There is no command " + name + "; /help lists them.");
    }
    return Next.READ_ON;
  }

  private void system(String text) {
    if (text.isEmpty()) {
      notes.println(conversation.system().orElse("No system message of yours is set."));
      return;
    }
    conversation.restart(text.equals("-") ? Optional.empty() : Optional.of(text));
    notes.println("A new conversation begins.");
  }
}
