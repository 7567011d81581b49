package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.AnswerOptions.Echo;
import puna.AnswerViews.Heard;
import puna.chat.ChatEvent;
import puna.error.AnswerException;
import puna.error.ContextFullException;
import puna.error.GenerationException;

/// Random answers that end in random ways at random moments, while others read them: all views of
/// one agree, on the way and at the end, and tell what its tokens say.
@Timeout(900)
class RandomAnswersTest {
  private static final long SEED = TestSeed.of(600_000);
  private static final int RUNS = 2_000;

  private final Map<FinishReason, Integer> reasons = new EnumMap<>(FinishReason.class);
  private final Map<RandomAnswers.Way, Integer> ways = new EnumMap<>(RandomAnswers.Way.class);
  private int broken;
  private int calls;
  private int rests;

  @Test
  void allViewsOfAnAnswerAgree() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long seed = SEED; seed < SEED + RUNS; seed++) {
        try {
          run(new RandomAnswers(new Random(seed)), threads);
        } catch (Exception | AssertionError e) {
          throw new AssertionError("replay with -Dpuna.test.seed=" + seed, e);
        }
      }
    }
    System.out.printf(
        "%d runs from seed %s: ended %s, because %s, broken off %d, calls %d, late text %d%n",
        RUNS, SEED, ways, reasons, broken, calls, rests);
    assertThat(reasons.keySet()).containsExactlyInAnyOrder(FinishReason.values());
    assertThat(ways.keySet()).containsExactlyInAnyOrder(RandomAnswers.Way.values());
    assertThat(List.of(broken, calls, rests)).allMatch(count -> count > 20);
  }

  private void run(RandomAnswers plan, ExecutorService threads) throws Exception {
    Semaphore steps = new Semaphore(plan.stepsBefore());
    try (Llama llama = plan.open(steps)) {
      List<ChatAnswer> answers =
          llama.chatSeveral(plan.messages(), plan.options(), plan.answers()).list();
      List<Live> live =
          plan.isHeardLive()
              ? answers.stream().map(answer -> Live.hear(answer, threads)).toList()
              : List.of();
      while (!steps.hasQueuedThreads()
          && !answers.stream().allMatch(answer -> answer.generation().isFinished())) {
        LockSupport.parkNanos(10_000);
      }
      if (plan.way() == RandomAnswers.Way.THEMSELVES) { // so that some are late on any machine
        plan.options().deadline().ifPresent(time -> LockSupport.parkNanos(time.toNanos()));
      }
      boolean waits = plan.endsWithinAStep();
      List<Future<?>> ends = new ArrayList<>();
      for (ChatAnswer answer : answers) {
        ends.add(threads.submit(() -> end(plan, llama, answer)));
        if (waits) {
          ends.getLast().get();
        }
      }
      steps.release(1_000_000);
      for (Future<?> end : ends) {
        end.get();
      }
      for (int i = 0; i < answers.size(); i++) {
        AnswerViews views = check(plan, answers.get(i));
        if (!live.isEmpty()) {
          live.get(i).requireSame(views);
        }
      }
    }
    ways.merge(plan.way(), 1, Integer::sum);
  }

  private static void end(RandomAnswers plan, Llama llama, ChatAnswer answer) {
    plan.dawdle();
    switch (plan.way()) {
      case THEMSELVES, A_STEP_FAILS -> {}
      case CANCEL -> answer.cancel();
      case CLOSE -> answer.close();
      case CLOSE_THE_MODEL -> llama.close();
      case INTERRUPT_A_READER -> {
        Thread.currentThread().interrupt();
        Heard.<ChatEvent>of(answer::forEach); // unless it has ended, this throws
        assertThat(Thread.interrupted()).isTrue();
      }
      case A_READER_THROWS -> {
        try {
          answer.forEach(event -> {
            throw new Enough();
          });
        } catch (Enough | AnswerException | ContextFullException e) {
          // the last two where it broke before there was any event
        }
      }
    }
  }

  private AnswerViews check(RandomAnswers plan, ChatAnswer answer) {
    ChatOptions options = plan.options();
    AnswerViews views = AnswerViews.hear(answer);
    String echo =
        options.echo().equals(Optional.of(Echo.PROMPT_AND_ANSWER))
            ? plan.tokenizer().decode(answer.generation().promptTokens())
            : "";
    views.requireAgreement(answer, echo);
    String text = views.text().substring(echo.length());
    String expected = plan.textOf(views.tokens().parts());
    boolean failed = views.pieces().brokenBy().equals(Optional.of(GenerationException.class));
    assertThat(expected).startsWith(text);
    assertThat(text).hasSize(failed ? text.length() : expected.length());
    count(answer, views);
    return views;
  }

  private void count(ChatAnswer answer, AnswerViews views) {
    if (views.pieces().brokenBy().isPresent()) {
      broken++;
      return;
    }
    reasons.merge(answer.finishReason(), 1, Integer::sum);
    if (answer.message().toolCalls().isEmpty()) {
      assertThat(views.text()).endsWith(views.deltas());
    } else {
      calls++;
    }
    if (!views.tokens().parts().isEmpty() && views.tokens().parts().getLast().text().length() > 1) {
      rests++;
    }
  }

  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /// What readers hear while an answer runs.
  private record Live(
      Future<Heard<String>> pieces,
      Future<Heard<GeneratedToken>> tokens,
      Future<Heard<ChatEvent>> events) {
    static Live hear(ChatAnswer answer, ExecutorService threads) {
      Generation generation = answer.generation();
      return new Live(
          threads.submit(() -> Heard.<String>of(generation::forEach)),
          threads.submit(() -> Heard.of(generation::forEachToken)),
          threads.submit(() -> Heard.<ChatEvent>of(answer::forEach)));
    }

    void requireSame(AnswerViews views) throws Exception {
      assertThat(pieces.get()).isEqualTo(views.pieces());
      assertThat(tokens.get()).isEqualTo(views.tokens());
      assertThat(events.get()).isEqualTo(views.events());
    }
  }
}
