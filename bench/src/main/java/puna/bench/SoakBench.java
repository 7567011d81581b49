package puna.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.FinishReason;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Priority;
import puna.Speculation;
import puna.chat.ChatMessage;
import puna.error.OverloadedException;

/// Mixed load for some minutes: conversations of several turns by many callers, of all priorities,
/// with random cancels, deadlines and abandoned answers. Every ten seconds a line with heap (after
/// a collection), resident memory, threads and open files: all must stay flat.
///
/// Usage: `SoakBench MODEL SECONDS [CALLERS]`. Linux only: it reads `/proc/self`.
public final class SoakBench {
  private static final long EVERY_NANOS = 10_000_000_000L;

  private final Llama llama;
  private final long end;
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicLong cancelled = new AtomicLong();
  private final AtomicLong late = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  private SoakBench(Llama llama, Duration time) {
    this.llama = llama;
    this.end = System.nanoTime() + time.toNanos();
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("usage: SoakBench MODEL SECONDS [CALLERS]");
    }
    int callers = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 24;
    LlamaOptions options =
        LlamaOptions.defaults()
            .withContextLength(2048)
            .withCacheTokens(8 * 2048)
            .withMaxWaiting(callers / 2)
            .withMaxWaitingTime(Duration.ofSeconds(20));
    try (Llama llama = Llama.open(ModelSource.of(arguments[0]), options)) {
      new SoakBench(llama, Duration.ofSeconds(Long.parseLong(arguments[1]))).run(callers);
    }
  }

  private void run(int callers) throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      int seed = caller;
      threads.add(Thread.startVirtualThread(() -> converse(seed)));
    }
    System.out.printf(
        Locale.ROOT,
        "%8s%s %7s %8s %8s %8s %s%n",
        "seconds",
        ProcessFigures.HEAD,
        "answers",
        "tokens",
        "cancels",
        "late",
        "refused");
    long start = System.nanoTime();
    for (long next = start; next < end; next += EVERY_NANOS) {
      LockSupport.parkNanos(Math.max(1, next - System.nanoTime()));
      report((System.nanoTime() - start) / 1_000_000_000L);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    report((System.nanoTime() - start) / 1_000_000_000L);
  }

  private void report(long seconds) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%8s%s %7s %8s %8s %8s %s%n",
        seconds,
        ProcessFigures.take(),
        answers,
        tokens,
        cancelled,
        late,
        refused);
  }

  private void converse(int caller) {
    Random random = new Random(caller);
    while (System.nanoTime() < end) {
      List<ChatMessage> messages = new ArrayList<>();
      for (int turn = random.nextInt(1, 6); turn > 0 && System.nanoTime() < end; turn--) {
        messages.add(ChatMessage.user(question(random)));
        ask(messages, options(random, caller), random);
      }
    }
  }

  private void ask(List<ChatMessage> messages, ChatOptions options, Random random) {
    try {
      ChatAnswer answer = llama.chat(messages, options);
      int fate = random.nextInt(10);
      if (fate == 0) {
        messages.removeLast(); // let go of: nobody reads or closes it
        return;
      }
      try (answer) {
        if (fate == 1) {
          LockSupport.parkNanos(random.nextLong(300_000_000L));
          answer.cancel();
        }
        messages.add(answer.message());
        count(answer);
      }
    } catch (OverloadedException _) {
      refused.incrementAndGet();
      messages.removeLast();
      LockSupport.parkNanos(200_000_000L);
    }
  }

  private void count(ChatAnswer answer) {
    answers.incrementAndGet();
    tokens.addAndGet(answer.usage().completionTokens());
    FinishReason reason = answer.finishReason();
    cancelled.addAndGet(reason == FinishReason.CANCELLED ? 1 : 0);
    late.addAndGet(reason == FinishReason.DEADLINE ? 1 : 0);
  }

  private static ChatOptions options(Random random, int caller) {
    ChatOptions options =
        ChatOptions.defaults()
            .withMaxTokens(1 + random.nextInt(120))
            .withTemperature(0.8f)
            .withCaller("caller " + caller % 5)
            .withPriority(
                List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH).get(random.nextInt(3)))
            .withOnHistoryFull(ChatOptions.OnHistoryFull.DROP_MIDDLE);
    options = random.nextBoolean() ? options.withSpeculation(Speculation.PROMPT_LOOKUP) : options;
    return random.nextInt(5) == 0
        ? options.withDeadline(Duration.ofMillis(1 + random.nextInt(3_000)))
        : options;
  }

  private static String question(Random random) {
    return "Tell me about the number "
        + random.nextInt(100_000)
        + ". "
        + "More of it! ".repeat(random.nextInt(20));
  }
}
