package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.chat.ChatMessage;
import puna.cli.command.ExitCodes;

/// `puna chat --session`: a conversation that goes on from one run to the next.
@Timeout(900)
class SessionOptionTest {
  @TempDir private Path folder;

  private static CommandRun chat(String input, String... more) {
    List<String> arguments = new ArrayList<>(List.of("chat", "--temperature", "0"));
    arguments.addAll(List.of("-n", "12", "-c", "1024"));
    arguments.addAll(List.of(more));
    return CommandRun.withInput(input, arguments.toArray(String[]::new));
  }

  @Test
  void aConversationGoesOnInTheNextRun() throws Exception {
    String file = folder.resolve("talk.session").toString();
    CommandRun first =
        chat("What is the capital of France?\n", "--session", file, "-s", "Be brief.");
    assertThat(first.exitCode()).as("%s", first).isZero();
    assertThat(Files.size(Path.of(file))).isPositive();
    CommandRun second = chat("And of Italy?\n", "--session", file);
    assertThat(second.exitCode()).as("%s", second).isZero();
    CommandRun together =
        chat("What is the capital of France?\nAnd of Italy?\n", "-s", "Be brief.");
    assertThat(first.out() + second.out()).isEqualTo(together.out());

    CommandRun begunTwice = chat("Hi\n", "--session", file, "-s", "Be long.");
    assertThat(begunTwice.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(begunTwice.err()).contains("--system begins a conversation, and");

    Files.writeString(Path.of(file), "x".repeat(500));
    CommandRun broken = chat("Hi\n", "--session", file);
    assertThat(broken.exitCode()).isEqualTo(ExitCodes.FAILURE);
    assertThat(broken.err()).contains("talk.session: byte 0: must begin with PUNA-KV");
    assertThat(Path.of(file)).hasContent("x".repeat(500));
  }

  @Test
  void knownBeginningsAreKeptInTheCacheFolder() throws Exception {
    Path cache = folder.resolve("cache");
    String system = "Answer in one word. ".repeat(20);
    String[] options = {"--cache-folder", cache.toString(), "-s", system};
    CommandRun first = chat("What is the capital of France?\n", options);
    assertThat(first.exitCode()).as("%s", first).isZero();
    assertThat(cache).isNotEmptyDirectory();
    CommandRun second = chat("What is the capital of France?\n", options);
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(second.err()).isEqualTo(first.err());
  }

  @Test
  void theCacheFolderTakesNoMoreThanItMay() throws Exception {
    Path cache = folder.resolve("cache");
    String system = "Answer in one word. ".repeat(40);
    for (long bytes : new long[] {4 << 20, 1 << 30}) {
      CommandRun run =
          chat(
              "Hi\n",
              "--cache-folder",
              cache.toString(),
              "--cache-folder-size",
              Long.toString(bytes),
              "-s",
              system);
      assertThat(run.exitCode()).as("%s", run).isZero();
      if (bytes == 4 << 20) {
        assertThat(size(cache)).isLessThanOrEqualTo(bytes);
      } else {
        assertThat(size(cache)).isGreaterThan(4 << 20).isLessThanOrEqualTo(bytes);
      }
    }
    CommandRun nothing = chat("Hi\n", "--cache-folder-size", "0");
    assertThat(nothing.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(nothing.err()).contains("--cache-folder-size");
  }

  private static long size(Path cache) throws IOException {
    long size = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(cache)) {
      for (Path file : files) {
        size += Files.size(file);
      }
    }
    return size;
  }

  @Test
  void aFolderThatIsNotThereIsToldBeforeTheChat() {
    CommandRun run = chat("Hi\n", "--session", folder.resolve("none/talk").toString());
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("there is no such folder");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void whatNeverBeganIsNotSaved() {
    assertThat(chat("\n", "--session", folder.resolve("talk").toString()).exitCode()).isZero();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aConversationOfMessagesKeepsThemAll() {
    List<ChatMessage> messages =
        List.of(ChatMessage.system("S"), ChatMessage.user("U"), ChatMessage.assistant("A"));
    assertThat(Conversation.of(messages).messages()).isEqualTo(messages);
    assertThat(Conversation.of(messages.subList(1, 3)).messages())
        .isEqualTo(messages.subList(1, 3));
    assertThat(Conversation.of(List.of()).hasTurns()).isFalse();
  }
}
