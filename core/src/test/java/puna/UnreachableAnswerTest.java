package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;

/// An answer that nobody can read any more is not computed to its end.
@Timeout(300)
class UnreachableAnswerTest {
  private static final int CONTEXT = 96;
  private static final List<ChatMessage> HELLO = List.of(ChatMessage.user("hello"));
  private static final ChatOptions CHAT =
      ChatOptions.greedy()
          .withMaxTokens(Integer.MAX_VALUE)
          .withFormat(ResponseFormat.regex("a{200}"));

  private final Semaphore steps = new Semaphore(0);
  private final FakeDecoder decoder =
      new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 48, 8, KvType.F16), 16, steps);
  private final Llama llama = TinyLlama.open(decoder, TinyTokenizer.ofBytes());

  @AfterEach
  void closes() {
    steps.release(1_000_000);
    llama.close();
  }

  @Test
  void aGenerationIsCancelled() throws InterruptedException {
    letGo(start(() -> llama.chat(HELLO, CHAT).generation()));
    requireCancelled();
  }

  @Test
  void aChatAnswerIsCancelled() throws InterruptedException {
    letGo(start(() -> llama.chat(HELLO, CHAT)));
    requireCancelled();
  }

  @Test
  void anAnswerThatIsReadAsAStreamIsCancelled() throws InterruptedException {
    letGo(start(() -> llama.chat(HELLO, CHAT).stream()));
    requireCancelled();
  }

  @Test
  void ofSeveralAnswersThoseThatAreKeptGoOn() throws InterruptedException {
    List<ChatAnswer> answers = new ArrayList<>(llama.chatSeveral(HELLO, CHAT, 3).list());
    WeakReference<ChatAnswer> first = new WeakReference<>(answers.removeFirst());
    WeakReference<ChatAnswer> last = new WeakReference<>(answers.removeLast());
    letGo(first);
    letGo(last);
    ChatAnswer kept = answers.getFirst();
    steps.release(1_000_000);
    assertThat(kept.finishReason()).isEqualTo(FinishReason.CONTEXT_FULL);
    assertThat(decoder.batchSizes().stream().skip(3)).containsOnly(1);
  }

  @Test
  void anIteratorKeepsItsAnswer() throws InterruptedException {
    Iterator<String> pieces = llama.chat(HELLO, CHAT).generation().iterator();
    for (int i = 0; i < 5; i++) {
      System.gc();
      steps.release();
      assertThat(pieces.next()).isEqualTo("a");
    }
    steps.release(1_000_000);
    int count = 5;
    while (pieces.hasNext()) {
      count += pieces.next().length();
    }
    assertThat(count).isGreaterThan(60);
  }

  @Test
  void whoeverWaitsKeepsTheAnswer() throws InterruptedException {
    Thread collector =
        Thread.startVirtualThread(() -> {
          for (int i = 0; i < 20; i++) {
            System.gc();
            steps.release();
          }
          steps.release(1_000_000);
        });
    assertThat(llama.chat(HELLO, CHAT).text()).hasSizeGreaterThan(60);
    collector.join();
  }

  private static <T> WeakReference<T> start(Supplier<T> answer) {
    return new WeakReference<>(answer.get());
  }

  private static void letGo(WeakReference<?> reference) throws InterruptedException {
    while (!reference.refersTo(null)) {
      System.gc();
      Thread.sleep(1);
    }
  }

  private void requireCancelled() {
    System.gc(); // what the answer held goes with it
    steps.release(1_000_000);
    try (Generation other =
        llama.generate(Prompt.text("other"), GenerationOptions.greedy().withMaxTokens(1))) {
      assertThat(other.tokens()).hasSize(1);
    }
    assertThat(decoder.batchSizes()).hasSizeLessThan(4);
  }
}
