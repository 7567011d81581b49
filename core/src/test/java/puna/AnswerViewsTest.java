package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.chat.ChatMessage;
import puna.engine.FakeDecoder;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;

/// Whatever ends an answer, and whatever text is held back then, every view of it tells the same.
@Timeout(60)
class AnswerViewsTest {
  private static final int CONTEXT = 96;

  /// Begins with the answer's beginning, and never comes.
  private static final String NEVER = "☃☃☃";

  private final Semaphore steps = new Semaphore(1_000_000);
  private final FakeDecoder decoder =
      new FakeDecoder(CONTEXT, new KvShape(1, 1, 2, 24, 8, KvType.F16), 16, steps);
  private final Llama llama = TinyLlama.open(decoder, TinyTokenizer.ofBytes());

  @AfterEach
  void closes() {
    steps.release(1_000_000);
    llama.close();
  }

  @Test
  void textHeldBackWhenAnAnswerIsCancelledIsInEveryView() {
    ended(FinishReason.CANCELLED, ChatAnswer::cancel);
  }

  @Test
  void textHeldBackWhenAnAnswerIsClosedIsInEveryView() {
    ended(FinishReason.CANCELLED, ChatAnswer::close);
  }

  @Test
  void textHeldBackWhenTheModelIsClosedIsInEveryView() {
    ended(
        FinishReason.CANCELLED,
        answer -> {
          Thread closer = Thread.startVirtualThread(llama::close);
          while (closer.isAlive() && closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
          }
        });
  }

  @Test
  void textHeldBackWhenTheTokensEndIsInEveryView() {
    String whole = whole();
    ChatAnswer answer = chat(options().withStopStrings(List.of(whole + NEVER)).withMaxTokens(5));
    AnswerViews views = AnswerViews.hear(answer);
    views.requireAgreement(answer, "");
    assertThat(views.text()).isEqualTo(whole.substring(0, 5));
    assertThat(answer.finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void textHeldBackWhenAGrammarIsCompleteIsInEveryView() {
    FakeDecoder decoder = new FakeDecoder(CONTEXT, 24, 8, 16);
    try (Llama endless = TinyLlama.open(decoder, TinyTokenizer.ofBytesWithoutEnd())) {
      ChatOptions options =
          options()
              .withStopStrings(List.of("cde" + NEVER))
              .withFormat(ResponseFormat.choices("abcde"));
      ChatAnswer answer = endless.chat(List.of(ChatMessage.user("hello")), options);
      AnswerViews views = AnswerViews.hear(answer);
      views.requireAgreement(answer, "");
      assertThat(views.text()).isEqualTo("abcde");
      assertThat(views.tokens().parts().getLast().text()).isEqualTo("cde");
      assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void aCompleteFormEndsWhereTheEndTokenIsBanned() {
    SamplingOptions banned = SamplingOptions.greedy().withEndTokens(EndTokens.BANNED);
    ChatAnswer answer =
        chat(options().withSampling(banned).withFormat(ResponseFormat.choices("yes", "no")));
    assertThat(answer.text()).isIn("yes", "no");
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void aTokenWhoseTextIsOutIsToldAtOnce() {
    steps.drainPermits();
    ChatAnswer answer = chat(options());
    List<GeneratedToken> heard = new ArrayList<>();
    for (int number = 0; number < 4; number++) {
      steps.release();
      heard.add(Optional.ofNullable(answer.generation().token(number)).orElseThrow());
    }
    assertThat(heard).extracting(GeneratedToken::text).doesNotContain("");
  }

  /// Ends an answer when four tokens have come and the text of the last two is held back.
  private void ended(FinishReason reason, Consumer<ChatAnswer> end) {
    String whole = whole();
    steps.drainPermits();
    String stop = whole.substring(2, 7) + NEVER;
    ChatAnswer answer = chat(options().withStopStrings(List.of(stop)));
    int before = decoder.batchSizes().size();
    steps.release(4);
    decoder.awaitStep(before + 4);
    end.accept(answer);
    steps.release(1_000_000);
    AnswerViews views = AnswerViews.hear(answer);
    views.requireAgreement(answer, "");
    assertThat(views.text()).isEqualTo(whole.substring(0, views.tokens().parts().size()));
    assertThat(views.text()).hasSizeBetween(4, 5);
    assertThat(answer.finishReason()).isEqualTo(reason);
  }

  private String whole() {
    return chat(options()).text();
  }

  /// One letter a token.
  private static ChatOptions options() {
    int[] without = {1, 2, 41, 42, 43, 60};
    SamplingOptions letters =
        SamplingOptions.greedy().withBannedTokens(Arrays.stream(without).boxed().toList());
    return ChatOptions.greedy().withMaxTokens(20).withSampling(letters);
  }

  private ChatAnswer chat(ChatOptions options) {
    return llama.chat(List.of(ChatMessage.user("hello")), options);
  }
}
