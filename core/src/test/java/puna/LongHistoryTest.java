package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.ToolCall;
import puna.json.JsonValue.JsonObject;

/// Conversations that are longer than the context. A message has as many tokens as its text
/// characters.
class LongHistoryTest {
  private static final int CONTEXT = 1_000;
  private static final int ROOM = 100;

  private static final ChatMessage SYSTEM = ChatMessage.system("s".repeat(50));

  @Test
  void whatFitsStaysWhole() {
    List<ChatMessage> short5 = conversation(5, 60);
    LongHistory.Fitted fitted = fit(short5);
    assertThat(fitted.kept()).isEqualTo(short5);
    assertThat(fitted.dropped()).isEmpty();
  }

  @Test
  void theMiddleGoesByWholeTurnsAndTheRestIsReported() {
    List<ChatMessage> long12 = conversation(12, 60);
    LongHistory.Fitted fitted = fit(long12);
    assertThat(tokens(fitted.kept())).isLessThanOrEqualTo(CONTEXT - ROOM);
    assertThat(fitted.kept().getFirst()).isEqualTo(SYSTEM);
    assertThat(fitted.kept().get(1).role()).isEqualTo(Role.USER);
    assertThat(fitted.kept().getLast()).isEqualTo(long12.getLast());
    List<ChatMessage> together = new ArrayList<>(List.of(SYSTEM));
    together.addAll(fitted.dropped());
    together.addAll(fitted.kept().subList(1, fitted.kept().size()));
    assertThat(together).isEqualTo(long12);
  }

  @Test
  void followingRequestsBeginAlikeForAWhile() {
    List<ChatMessage> kept = List.of();
    int changes = 0;
    int shortened = 0;
    for (int turns = 7; turns < 40; turns++) {
      LongHistory.Fitted fitted = fit(conversation(turns, 60));
      if (!fitted.dropped().isEmpty()) {
        shortened++;
        // the one before, but for its answerless end
        boolean goesOn =
            fitted.kept().size() >= kept.size()
                && fitted.kept().subList(0, kept.size()).equals(kept);
        changes += goesOn ? 0 : 1;
        kept = fitted.kept();
      }
    }
    assertThat(shortened).isGreaterThan(25);
    assertThat(changes).isLessThan(shortened / 2 + 2);
  }

  @Test
  void roundsOfToolsGoWhereOneQuestionIsTooLong() {
    List<ChatMessage> messages = new ArrayList<>();
    messages.add(SYSTEM);
    messages.add(ChatMessage.user("q".repeat(50)));
    for (int round = 0; round < 12; round++) {
      ToolCall call = ToolCall.of("id" + round, "look", new JsonObject(Map.of()));
      messages.add(ChatMessage.assistant("", List.of(call)));
      messages.add(ChatMessage.toolResult(call, "r".repeat(100)));
    }
    LongHistory.Fitted fitted = fit(messages);
    assertThat(tokens(fitted.kept())).isLessThanOrEqualTo(CONTEXT - ROOM);
    assertThat(fitted.kept().subList(0, 2)).isEqualTo(messages.subList(0, 2));
    assertThat(fitted.kept().get(2).role()).isEqualTo(Role.ASSISTANT);
    assertThat(fitted.kept().getLast()).isEqualTo(messages.getLast());
    requireCallsBeforeResults(fitted.kept());
  }

  @Test
  void aQuestionThatIsTooLongAloneIsLeftAlone() {
    List<ChatMessage> messages = List.of(SYSTEM, ChatMessage.user("q".repeat(2_000)));
    assertThat(fit(messages).kept()).isEqualTo(messages);
    List<ChatMessage> behind = new ArrayList<>(conversation(4, 50));
    behind.removeLast();
    behind.add(ChatMessage.user("q".repeat(2_000)));
    assertThat(fit(behind).kept()).containsExactly(SYSTEM, behind.getLast());
  }

  @Test
  void randomConversationsKeepTheirEndsAndTheirOrder() {
    for (long seed = 0; seed < 2_000; seed++) {
      List<ChatMessage> messages = random(TestSeed.random(seed));
      LongHistory.Fitted fitted = fit(messages);
      List<ChatMessage> all = new ArrayList<>(fitted.kept());
      all.addAll(fitted.dropped());
      assertThat(all).as("seed %s", seed).containsExactlyInAnyOrderElementsOf(messages);
      assertThat(fitted.kept().getLast()).isEqualTo(messages.getLast());
      requireCallsBeforeResults(fitted.kept());
      assertThat(fitted.dropped().isEmpty()).isEqualTo(fitted.kept().equals(messages));
    }
  }

  private static LongHistory.Fitted fit(List<ChatMessage> messages) {
    return new LongHistory(messages).fit(LongHistoryTest::tokens, CONTEXT, ROOM);
  }

  private static int tokens(List<ChatMessage> messages) {
    return messages.stream().mapToInt(LongHistoryTest::tokens).sum();
  }

  private static int tokens(ChatMessage message) {
    return message.toolResult().map(ContentPart.Result::text).orElse(message.text()).length() + 5;
  }

  private static void requireCallsBeforeResults(List<ChatMessage> messages) {
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).role() == Role.TOOL) {
        assertThat(messages.get(i - 1).role()).isIn(Role.ASSISTANT, Role.TOOL);
      }
    }
  }

  /// The last turn is a question.
  private static List<ChatMessage> conversation(int turns, int length) {
    List<ChatMessage> messages = new ArrayList<>(List.of(SYSTEM));
    for (int i = 0; i < turns; i++) {
      messages.add(ChatMessage.user(i + "q".repeat(length)));
      if (i < turns - 1) {
        messages.add(ChatMessage.assistant(i + "a".repeat(length)));
      }
    }
    return messages;
  }

  private static List<ChatMessage> random(Random random) {
    List<ChatMessage> messages = new ArrayList<>();
    if (random.nextBoolean()) {
      messages.add(SYSTEM);
    }
    int turns = 1 + random.nextInt(15);
    for (int i = 0; i < turns; i++) {
      messages.add(ChatMessage.user(i + "q".repeat(random.nextInt(200))));
      for (int round = random.nextInt(3); round > 0; round--) {
        ToolCall call = ToolCall.of(i + "-" + round, "look", new JsonObject(Map.of()));
        messages.add(ChatMessage.assistant("", List.of(call)));
        messages.add(
            ChatMessage.toolResult(call, i + "-" + round + "r".repeat(random.nextInt(200))));
      }
      if (i < turns - 1) {
        messages.add(ChatMessage.assistant(i + "a".repeat(random.nextInt(200))));
      }
    }
    return messages;
  }
}
