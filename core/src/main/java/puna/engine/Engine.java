package puna.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import puna.backend.KvShape;
import puna.backend.Threads;
import puna.error.OverloadedException;
import puna.events.Recorder;
import puna.model.Decoder;

/// The loop on a thread of its own: schedule → forward → sample → emit. Any number of callers share
/// its steps.
///
/// It sleeps while there is nothing to do. What goes wrong in one request fails that request; a
/// step that fails, fails the requests it was computed for; the loop goes on. It owns the decoder
/// and closes it.
public final class Engine implements AutoCloseable {
  private final Decoder decoder;
  private final int context;
  private final Scheduler scheduler;
  private final StepRunner steps;
  private final Dismissals dismissals;
  private final QueueLimits queue;
  private final @Nullable DraftModel draft;
  private final LongSupplier clock;
  private final Recorder recorder = Recorder.open();
  private final Jobs jobs = new Jobs();
  private final CacheExchange exchange;
  private final Overflow overflow;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Sequence> arrivals = new ArrayList<>();
  private long arrivingTokens; // under the lock
  private volatile boolean closing; // written under the lock

  /// How an engine works.
  ///
  /// @param context positions that a prompt and its answer may take; less where the decoder's cache
  ///   has room for less
  /// @param maxConcurrent the most requests that share a step
  /// @param queue what may wait beside them
  /// @param tokenInterval the longest time between two tokens of an answer, as far as prompts that
  ///   are read meanwhile can keep it
  /// @param overflowBytes the most that is kept of known blocks which the cache gave out anew
  public record Settings(
      int context,
      int maxConcurrent,
      QueueLimits queue,
      Duration tokenInterval,
      long overflowBytes) {
    /// Nothing is kept.
    public Settings(int context, int maxConcurrent, QueueLimits queue, Duration tokenInterval) {
      this(context, maxConcurrent, queue, tokenInterval, 0);
    }

    /// 50 milliseconds: 20 tokens a second, faster than people read.
    public static final Duration DEFAULT_TOKEN_INTERVAL = Duration.ofMillis(50);
  }

  /// Starts the loop, with the default limits on what waits and none on the time between tokens.
  ///
  /// @param decoder closed with the engine
  public Engine(Decoder decoder, int context, int maxConcurrent) {
    this(decoder, new Settings(context, maxConcurrent, QueueLimits.DEFAULT, Duration.ofDays(1)));
  }

  /// Starts the loop.
  ///
  /// @param decoder closed with the engine
  public Engine(Decoder decoder, Settings settings) {
    this(decoder, settings, null);
  }

  /// Starts the loop.
  ///
  /// @param decoder closed with the engine
  /// @param draft closed with the engine; null where there is none
  public Engine(Decoder decoder, Settings settings, @Nullable DraftModel draft) {
    this(decoder, settings, draft, System::nanoTime);
  }

  /// @param clock by which requests wait and are late, and steps are found dear or cheap, in
  ///   nanoseconds
  Engine(Decoder decoder, Settings settings, @Nullable DraftModel draft, LongSupplier clock) {
    KvShape shape = decoder.kvShape();
    long room = (long) shape.blocks() * shape.blockPositions();
    int maxConcurrent = settings.maxConcurrent();
    this.decoder = decoder;
    this.context = (int) Math.min(settings.context(), room);
    this.queue = settings.queue();
    this.draft = draft;
    this.clock = clock;
    if (this.context < 1 || maxConcurrent < 1) {
      throw new IllegalArgumentException(
          "context and maxConcurrent must be 1 or more, found %s and %s"
              .formatted(this.context, maxConcurrent));
    }
    requireNearBlocks(shape);
    StepBudget budget = new StepBudget(settings.tokenInterval().toNanos(), decoder.maxBatch());
    int together = Math.min(maxConcurrent, Math.min(decoder.maxBatch(), decoder.maxOutputs()));
    Speculator speculator = new Speculator(draft);
    CopyCosts copyCosts = new CopyCosts(shape.blockPositions());
    overflow = new Overflow(decoder, settings.overflowBytes(), copyCosts, clock);
    BlockPool pool = new BlockPool(shape, decoder::dropNear, overflow);
    scheduler =
        new Scheduler(
            pool,
            new Scheduler.Limits(decoder.maxBatch(), decoder.maxOutputs(), together),
            budget,
            speculator,
            clock);
    dismissals = new Dismissals(scheduler, queue);
    steps =
        new StepRunner(
            decoder,
            scheduler,
            new StepRunner.Learners(budget, speculator, copyCosts, clock),
            recorder,
            () -> !closing);
    exchange = new CacheExchange(this, pool, scheduler, decoder);
    thread = Thread.ofPlatform().daemon().name("puna-engine").start(this::run);
  }

  /// One sequence alone must always go on.
  private void requireNearBlocks(KvShape shape) {
    shape
        .near()
        .ifPresent(near -> {
          int needed = near.blocksOf(context, decoder.maxBatch(), shape.blockPositions());
          if (near.blocks() < needed) {
            throw new IllegalArgumentException(
                "a context of %s needs %s blocks with near layers, found %s"
                    .formatted(context, needed, near.blocks()));
          }
        });
  }

  /// Positions that a prompt and its answer may take.
  public int context() {
    return context;
  }

  /// What there is to do.
  public Gauge gauge() {
    return scheduler.gauge();
  }

  /// Numbers of a hidden state.
  public int width() {
    return decoder.config().width();
  }

  /// The way in and out for blocks of the KV cache.
  public CacheExchange exchange() {
    return exchange;
  }

  /// Blocks of the KV cache.
  public int blocks() {
    return decoder.kvShape().blocks();
  }

  /// Positions that a block of the KV cache holds.
  public int blockPositions() {
    return decoder.kvShape().blockPositions();
  }

  /// Starts to work on a request; returns at once.
  ///
  /// @param listener hears of the answer on the engine's thread
  /// @throws IllegalStateException when the engine is closed
  /// @throws IllegalArgumentException when the prompt is empty or longer than the context
  /// @throws OverloadedException when too many wait
  public Sequence generate(Request request, AnswerListener listener) {
    return generate(List.of(request), List.of(listener), Terms.NONE).getFirst();
  }

  /// Starts to work on several requests with one prompt, which is read once; returns at once.
  ///
  /// @param listeners one for each request
  /// @param terms of all of them
  /// @return one for each request
  /// @throws IllegalStateException when the engine is closed
  /// @throws IllegalArgumentException when the prompt is empty or longer than the context, or the
  ///   requests do not have the same
  /// @throws OverloadedException when too many wait
  public List<Sequence> generate(
      List<Request> requests, List<? extends AnswerListener> listeners, Terms terms) {
    PromptContent prompt = requests.getFirst().content();
    requireLength(prompt.tokens().length);
    @Nullable SharedPrompt shared =
        requests.size() == 1 ? null : new SharedPrompt(prompt.tokens().length);
    List<Sequence> sequences = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      if (!request.content().equals(prompt)) {
        throw new IllegalArgumentException(
            "all requests must have the prompt of the first, found another in number " + i);
      }
      AnswerTask answer = answer(request, listeners.get(i));
      Sequence.Growth growth = new Sequence.Growth(room(request), terms, clock.getAsLong());
      sequences.add(new Sequence(prompt, growth, answer, shared));
    }
    return submit(sequences);
  }

  private AnswerTask answer(Request request, AnswerListener listener) {
    AnswerListener hearing =
        recorder
            .answerBegins()
            .<AnswerListener>map(
                begun -> new RecordedAnswer(listener, begun, request.prompt().length))
            .orElse(listener);
    return new AnswerTask(request, hearing, decoder.config().vocabulary(), context);
  }

  /// Tokens that an answer may grow to with its prompt.
  private int room(Request request) {
    return (int) Math.min(context, (long) request.prompt().length + request.maxTokens());
  }

  /// Starts to read a text; returns at once.
  Sequence read(int[] tokens, Task task, Terms terms) {
    requireLength(tokens.length);
    Sequence.Growth growth = new Sequence.Growth(tokens.length, terms, clock.getAsLong());
    return submit(List.of(new Sequence(PromptContent.of(tokens), growth, task, null))).getFirst();
  }

  /// Refuses what a listener cannot do, since the engine waits for the listener.
  ///
  /// @param what that would be
  /// @throws IllegalStateException when called on the engine's own thread
  public void requireOtherThread(String what) {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException(
          "a listener on the engine's own thread cannot %s: use another thread".formatted(what));
    }
  }

  /// Ends all requests, stops the loop and closes the decoder; returns when all that is done,
  /// whoever closed it first.
  ///
  /// @throws IllegalStateException when called on the engine's own thread
  @Override
  public void close() {
    requireOtherThread("close the engine");
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Threads.join(thread);
  }

  /// Has something done between two steps, on the engine's thread; it is cancelled when the engine
  /// is closed before.
  ///
  /// @throws IllegalStateException when the engine is closed
  <T> FutureTask<T> between(Callable<T> job) {
    FutureTask<T> task = new FutureTask<>(job);
    lock.lock();
    try {
      requireOpen();
      jobs.add(task);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return task;
  }

  private void requireOpen() {
    if (closing) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  private void requireLength(int tokens) {
    if (tokens < 1 || tokens > context) {
      throw new IllegalArgumentException(
          "a sequence must have from 1 token to the context of %s, found %s"
              .formatted(context, tokens));
    }
  }

  private List<Sequence> submit(List<Sequence> sequences) {
    lock.lock();
    try {
      requireOpen();
      long tokens = (long) sequences.size() * sequences.getFirst().size();
      requireRoomToWait(sequences.size(), tokens);
      arrivals.addAll(sequences);
      arrivingTokens += tokens;
      changed.signalAll();
      return sequences;
    } finally {
      lock.unlock();
    }
  }

  /// One request may always wait.
  private void requireRoomToWait(int requests, long tokens) {
    int waiting = arrivals.size() + scheduler.gauge().waiting();
    if (waiting == 0) {
      return;
    }
    long waitingTokens = arrivingTokens + scheduler.gauge().waitingTokens();
    if (waiting + requests > queue.requests() || waitingTokens + tokens > queue.tokens()) {
      throw new OverloadedException(
          "at most %s requests with %s tokens may wait, found %s with %s waiting, and %s with %s more"
              .formatted(
                  queue.requests(), queue.tokens(), waiting, waitingTokens, requests, tokens));
    }
  }

  private void run() {
    try {
      while (awaitWork()) {
        jobs.run();
        long start = clock.getAsLong();
        dismissals.dismiss(start);
        Step step = scheduler.next();
        scheduler.measure();
        if (step.size() > 0) {
          steps.run(step, start);
        }
      }
    } finally {
      stop();
    }
  }

  /// Sleeps until there is work; false when the engine is closing.
  private boolean awaitWork() {
    lock.lock();
    try {
      while (!closing && arrivals.isEmpty() && jobs.isEmpty() && scheduler.isIdle()) {
        scheduler.measure(); // whoever looks while nothing happens
        changed.awaitUninterruptibly();
      }
      for (int i = 0; i < arrivals.size(); i++) {
        scheduler.add(arrivals.get(i));
      }
      arrivals.clear();
      arrivingTokens = 0;
      scheduler.measure();
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  private void stop() {
    lock.lock();
    try {
      closing = true;
      arrivals.forEach(scheduler::add);
      arrivals.clear();
    } finally {
      lock.unlock();
    }
    jobs.cancelAll();
    dismissals.dismissAll();
    if (draft != null) {
      draft.close();
    }
    overflow.close();
    decoder.close();
  }
}
