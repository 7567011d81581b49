package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.backend.NearLayers;
import puna.backend.Visibility;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;

/// Conversations over many chunks, whose layers keep the last alone, with a decoder that notices
/// whatever it would miss.
@Timeout(60)
class LongSessionTest {
  private static final int CONTEXT = 800;
  private static final int WIDTH = 8;
  private static final int NEAR_BLOCKS = 24;
  private static final KvShape ALL = new KvShape(2, 1, 2, 300, WIDTH, KvType.F16);
  private static final ChatOptions GREEDY = ChatOptions.greedy().withMaxTokens(12);

  @TempDir private Path folder;

  private static Llama open(KvShape shape) {
    FakeDecoder decoder = new FakeDecoder(CONTEXT, shape, 16, null);
    return TinyLlama.open(decoder, TinyTokenizer.create(true));
  }

  private static Llama open() {
    return open(ALL.with(new NearLayers(Set.of(1), new Visibility.Chunked(64), NEAR_BLOCKS)));
  }

  private static ChatMessage question(int number) {
    return ChatMessage.user("WHAT IS NUMBER".repeat(4) + (char) ('A' + number));
  }

  private static Session talk(Llama llama, int turns) {
    Session session = llama.session(List.of());
    for (int turn = 0; turn < turns; turn++) {
      session = session.after(session.chat(question(turn), GREEDY));
    }
    return session;
  }

  private static int common(Llama llama, Session session) {
    return llama.prompt(session.messages(), GREEDY).tokens(llama.tokenizer()).length - 1;
  }

  @Test
  void conversationsForksAndRewindsAreThoseOfAModelThatKeepsAll() {
    try (Llama whole = open(ALL);
        Llama last = open()) {
      Session expected = talk(whole, 7);
      Session session = talk(last, 7);
      assertThat(session.messages()).isEqualTo(expected.messages());
      for (int back : new int[] {2, 6, 10, 0}) {
        ChatAnswer answer = session.rewind(back).chat(question(9), GREEDY);
        assertThat(answer.text()).isEqualTo(expected.rewind(back).chat(question(9), GREEDY).text());
      }
      ChatAnswer left = session.chat(question(10), GREEDY);
      ChatAnswer right = session.chat(question(11), GREEDY);
      assertThat(left.text()).isEqualTo(expected.chat(question(10), GREEDY).text());
      assertThat(right.text()).isEqualTo(expected.chat(question(11), GREEDY).text());
      assertThat(right.usage().cachedTokens())
          .isGreaterThanOrEqualTo(common(last, session) - 64 - WIDTH); // a chunk's border
    }
  }

  @Test
  void aRestoredConversationTakesUpItsLastChunk() {
    Path file = folder.resolve("talk.session");
    ChatMessage expected;
    List<ChatMessage> messages;
    try (Llama llama = open()) {
      Session session = talk(llama, 6);
      messages = session.messages();
      session.save(file);
      expected = session.chat(question(7), GREEDY).message();
    }
    try (Llama llama = open()) {
      Session restored = llama.restore(file);
      assertThat(restored.messages()).isEqualTo(messages);
      ChatAnswer answer = restored.chat(question(7), GREEDY);
      assertThat(answer.message()).isEqualTo(expected);
      assertThat(answer.usage().cachedTokens())
          .isGreaterThanOrEqualTo(common(llama, restored) / WIDTH * WIDTH);
    }
  }

  @Test
  void whatItsLastChunkLacksIsComputedBeforeItIsSaved() {
    Path file = folder.resolve("talk.session");
    Session session;
    try (Llama llama = open()) {
      session = talk(llama, 5);
      for (int other = 0; other < 3; other++) {
        String text = (char) ('A' + other) + "X".repeat(300);
        String _ = llama.chat(List.of(ChatMessage.user(text)), GREEDY).text();
      }
      session.save(file);
    }
    try (Llama llama = open()) {
      Session restored = llama.restore(file);
      ChatAnswer answer = restored.chat(question(7), GREEDY);
      String _ = answer.text();
      assertThat(answer.usage().cachedTokens())
          .isGreaterThanOrEqualTo(common(llama, restored) / WIDTH * WIDTH);
    }
  }

  @Test
  void aCacheOfAllLayersTakesUpWhatHasThem() {
    Path file = folder.resolve("talk.session");
    Session session;
    ChatMessage expected;
    try (Llama llama = open()) {
      session = talk(llama, 6);
      session.save(file);
      expected = session.chat(question(7), GREEDY).message();
    }
    try (Llama llama = open(ALL)) {
      Session restored = llama.restore(file);
      assertThat(restored.messages()).isEqualTo(session.messages());
      assertThat(restored.chat(question(7), GREEDY).message()).isEqualTo(expected);
    }
  }
}
