package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static puna.chat.ChatMessage.assistant;
import static puna.chat.ChatMessage.system;
import static puna.chat.ChatMessage.user;
import static puna.cli.ChatSession.Next.LEAVE;
import static puna.cli.ChatSession.Next.READ_ON;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.error.ContextFullException;
import puna.json.JsonValue.JsonObject;

class ChatSessionTest {
  private final List<List<ChatMessage>> asked = new ArrayList<>();
  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
  private final ChatSession session = session(messages -> assistant("answer " + asked.size()));

  @Test
  void messagesCarryTheConversationSoFar() {
    session.accept("one");
    session.accept("two");

    assertThat(asked)
        .containsExactly(
            List.of(user("one")), List.of(user("one"), assistant("answer 1"), user("two")));
  }

  @Test
  void resetForgetsTheTurnsAndKeepsTheSystemMessage() {
    session.accept("/system Be brief.");
    session.accept("one");
    session.accept("/reset");
    session.accept("two");

    assertThat(asked.getLast()).containsExactly(system("Be brief."), user("two"));
  }

  @Test
  void aNewSystemMessageBeginsANewConversation() {
    session.accept("one");
    session.accept("/system Be brief.");
    session.accept("two");
    session.accept("/system -");
    session.accept("three");

    assertThat(asked.get(1)).containsExactly(system("Be brief."), user("two"));
    assertThat(asked.get(2)).containsExactly(user("three"));
  }

  @Test
  void helpAndUnknownCommandsAnswerWithoutTheModel() {
    assertThat(session.accept("/help")).isEqualTo(READ_ON);
    assertThat(session.accept("/nonsense")).isEqualTo(READ_ON);
    assertThat(session.accept("  ")).isEqualTo(READ_ON);

    assertThat(asked).isEmpty();
    assertThat(notes())
        .contains("/system TEXT", "/reset", "Ctrl-C", "There is no command /nonsense");
  }

  @Test
  void onATerminalOnlyCommandsAreCommands() {
    for (String line : List.of("/etc/hosts: what is it?", "// why?", "/me waves", "/", "/5")) {
      session.accept(line);
      assertThat(asked.getLast().getLast()).isEqualTo(user(line));
    }
    assertThat(notes()).isEmpty();
    session.accept("/hlep");
    assertThat(notes()).contains("There is no command /hlep");
  }

  @Test
  void inAPipeNothingIsACommand() {
    assertThat(session.message("/quit")).isEqualTo(READ_ON);
    assertThat(session.message(" ")).isEqualTo(READ_ON);
    assertThat(asked).containsExactly(List.of(user("/quit")));
  }

  @Test
  void quitLeaves() {
    assertThat(session.accept("/quit")).isEqualTo(LEAVE);
  }

  @Test
  void aMessageThatNoLongerFitsIsForgottenAndTheChatGoesOn() {
    ChatSession full =
        session(messages -> {
          if (messages.size() > 1) {
            throw new ContextFullException("the prompt has 9 tokens, the context has room for 8");
          }
          return assistant("yes");
        });
    full.accept("one");
    assertThat(full.hasFailed()).isFalse();

    assertThat(full.accept("two")).isEqualTo(READ_ON);
    assertThat(notes()).contains("room for 8; /reset begins a new conversation");
    assertThat(full.hasFailed()).isTrue();
  }

  @Test
  void theLineAfterAToolCallIsItsResult() {
    ToolCall first = ToolCall.of("1", "weather", new JsonObject(Map.of()));
    ToolCall second = ToolCall.of("2", "time", new JsonObject(Map.of()));
    ChatSession calling =
        session(messages ->
            asked.size() == 1 ? assistant("", List.of(first, second)) : assistant("sunny"));
    calling.accept("how is it?");
    assertThat(notes()).contains("The next line is the result of weather.");
    calling.accept("21 degrees");
    assertThat(asked).hasSize(1);
    assertThat(notes()).contains("The next line is the result of time.");
    calling.accept("noon");

    assertThat(asked.getLast())
        .containsExactly(
            user("how is it?"),
            assistant("", List.of(first, second)),
            ChatMessage.toolResult(first, "21 degrees"),
            ChatMessage.toolResult(second, "noon"));
  }

  private ChatSession session(ChatSession.Speaker speaker) {
    return new ChatSession(
        messages -> {
          asked.add(messages);
          return speaker.speak(messages);
        },
        new PrintStream(notes, true, StandardCharsets.UTF_8),
        Optional.empty());
  }

  private String notes() {
    return notes.toString(StandardCharsets.UTF_8);
  }
}
