package puna.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ToolCall;
import puna.error.ChatTemplateException;
import puna.json.JsonValue.JsonObject;

class ConversationsTest {
  private static final ToolCall CALL = ToolCall.of("1", "f", new JsonObject(Map.of()));

  /// A template that takes conversations of some form alone.
  private static List<ChatMessage> folded(
      List<ChatMessage> messages, Predicate<List<ChatMessage>> template) {
    return Conversations.folded(
        messages,
        form -> {
          if (template.test(form)) {
            return form;
          }
          throw new ChatTemplateException("no place for " + form.size() + " messages");
        });
  }

  /// What most templates ask for that refuse anything.
  private static boolean takesTurns(List<ChatMessage> messages) {
    boolean hasSystem = messages.getFirst().role() == Role.SYSTEM;
    return alternates(messages.subList(hasSystem ? 1 : 0, messages.size()));
  }

  private static boolean alternates(List<ChatMessage> messages) {
    List<ChatMessage> talk = new ArrayList<>(messages);
    talk.removeIf(message -> message.role() == Role.TOOL || !message.toolCalls().isEmpty());
    for (int i = 0; i < talk.size(); i++) {
      if (talk.get(i).role() != (i % 2 == 0 ? Role.USER : Role.ASSISTANT)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> told(List<ChatMessage> messages) {
    return messages.stream().map(message -> message.role() + " " + message.text()).toList();
  }

  @Test
  void stayAsTheyAreWhereTheTemplateTakesThem() {
    List<ChatMessage> messages =
        List.of(ChatMessage.user("a"), ChatMessage.system("b"), ChatMessage.user("c"));
    assertThat(folded(messages, form -> true)).isSameAs(messages);
  }

  @Test
  void haveLateInstructionsInTheUsersTurn() {
    List<ChatMessage> messages =
        List.of(
            ChatMessage.system("s"),
            ChatMessage.system("t"),
            ChatMessage.user("a"),
            ChatMessage.system("b"),
            ChatMessage.assistant("c"),
            ChatMessage.system("d"),
            ChatMessage.user("e"),
            ChatMessage.user("f"));
    assertThat(told(folded(messages, ConversationsTest::takesTurns)))
        .containsExactly("SYSTEM s\n\nt", "USER a\n\nb", "ASSISTANT c", "USER d\n\ne\n\nf");
  }

  @Test
  void haveAllInstructionsInTheUsersTurnWhereThereIsNoSystem() {
    List<ChatMessage> messages =
        List.of(ChatMessage.system("s"), ChatMessage.user("a"), ChatMessage.assistant("b"));
    assertThat(told(folded(messages, ConversationsTest::alternates)))
        .containsExactly("USER s\n\na", "ASSISTANT b");
    assertThat(told(folded(List.of(ChatMessage.system("s")), ConversationsTest::alternates)))
        .containsExactly("USER s");
  }

  @Test
  void haveWordsBehindResultsInTheResult() {
    List<ChatMessage> messages =
        List.of(
            ChatMessage.system("s"),
            ChatMessage.user("a"),
            ChatMessage.assistant("", List.of(CALL)),
            ChatMessage.toolResult(CALL, "r"),
            ChatMessage.user("b"));
    assertThat(told(folded(messages, ConversationsTest::takesTurns)))
        .containsExactly("SYSTEM s", "USER a", "ASSISTANT ", "TOOL r\n\nb");
    assertThat(told(folded(messages, ConversationsTest::alternates)))
        .containsExactly("USER s\n\na", "ASSISTANT ", "TOOL r\n\nb");
  }

  @Test
  void keepTheAssistantsLastWordsAtTheEnd() {
    List<ChatMessage> messages =
        List.of(ChatMessage.user("a"), ChatMessage.user("b"), ChatMessage.assistant("c"));
    assertThat(folded(messages, ConversationsTest::takesTurns).getLast())
        .isEqualTo(ChatMessage.assistant("c"));
  }

  @Test
  void areRefusedAsTheyWereWhereNoFormHelps() {
    List<ChatMessage> messages = List.of(ChatMessage.user("a"), ChatMessage.user("b"));
    assertThatThrownBy(() -> folded(messages, form -> false))
        .isInstanceOf(ChatTemplateException.class)
        .hasMessage("no place for 2 messages");
  }
}
