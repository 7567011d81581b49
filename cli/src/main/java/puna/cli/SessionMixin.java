package puna.cli;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.ChatOptions;
import puna.Llama;
import puna.chat.ChatMessage;
import puna.cli.command.Text;
import puna.cli.command.UsageException;

/// A conversation that goes on from one run to the next.
final class SessionMixin {
  @Option(
      names = "--session",
      paramLabel = "FILE",
      description =
          "Go on with the conversation in this file, if it is there, and save it there at the end,"
              + " with what the model has computed for it.")
  private @Nullable Path file;

  /// The conversation so far.
  ///
  /// @param system message that a new one begins with
  /// @throws UsageException when there can be no such file, or the file has a conversation that
  ///   another system message would have to begin
  /// @throws puna.error.SavedStateException when the file cannot be read, or is of another model
  Conversation begin(Llama llama, Optional<String> system) {
    if (file == null) {
      return new Conversation(system);
    }
    String name = Text.escaped(file.toString());
    if (!Files.exists(file)) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new UsageException("--session " + name + ": there is no such folder");
      }
      return new Conversation(system);
    }
    if (system.isPresent()) {
      throw new UsageException(
          "--system begins a conversation, and %s has one already".formatted(name));
    }
    return Conversation.of(llama.restore(file).messages());
  }

  /// Saves the conversation, if that is asked for; one that never began is none.
  ///
  /// @param options that its prompts were written with
  void save(Llama llama, Conversation conversation, ChatOptions options) {
    if (file != null && (conversation.hasTurns() || Files.exists(file))) {
      llama.session(conversation.messages()).withOptions(options).save(file);
    }
  }

  /// Says that the conversation is one that goes on.
  void note(Conversation conversation, PrintStream notes) {
    List<ChatMessage> messages = conversation.messages();
    if (file != null && conversation.hasTurns()) {
      notes.println("The conversation of %s messages goes on.".formatted(messages.size()));
    }
  }
}
