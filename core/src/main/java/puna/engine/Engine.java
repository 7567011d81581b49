package puna.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import puna.backend.KvShape;
import puna.backend.Threads;
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
  private final Draws draws;
  private final Recorder recorder = Recorder.open();
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Sequence> arrivals = new ArrayList<>();
  // Made once: a loop that made them would allocate at every step.
  private final Predicate<Sequence> cancelled = Sequence::isCancelled;
  private final Consumer<Sequence> endCancelled = this::endCancelled;
  private final BooleanSupplier stepIsWanted;
  private boolean left; // the step, before it was computed
  private volatile boolean closing; // written under the lock

  /// Starts the loop.
  ///
  /// @param decoder closed with the engine
  /// @param context positions that a prompt and its answer may take; less where the decoder's cache
  ///   has room for less
  /// @param maxConcurrent the most requests that share a step
  public Engine(Decoder decoder, int context, int maxConcurrent) {
    KvShape shape = decoder.kvShape();
    long room = (long) shape.blocks() * shape.blockPositions();
    this.decoder = decoder;
    this.context = (int) Math.min(context, room);
    if (this.context < 1 || maxConcurrent < 1) {
      throw new IllegalArgumentException(
          "context and maxConcurrent must be 1 or more, found %s and %s"
              .formatted(this.context, maxConcurrent));
    }
    int together = Math.min(maxConcurrent, Math.min(decoder.maxBatch(), decoder.maxOutputs()));
    scheduler =
        new Scheduler(
            new BlockPool(shape.blocks(), shape.blockPositions()),
            new Scheduler.Limits(decoder.maxBatch(), decoder.maxOutputs(), together));
    Step planned = scheduler.step();
    stepIsWanted = () -> !closing && planned.isWanted();
    draws = new Draws(decoder);
    thread = Thread.ofPlatform().daemon().name("puna-engine").start(this::run);
  }

  /// Positions that a prompt and its answer may take.
  public int context() {
    return context;
  }

  /// Starts to work on a request; returns at once.
  ///
  /// @param listener hears of the answer on the engine's thread
  /// @throws IllegalStateException when the engine is closed
  /// @throws IllegalArgumentException when the prompt is empty or longer than the context
  public Sequence generate(Request request, AnswerListener listener) {
    requireLength(request.prompt().length);
    Answer answer = answer(request, listener);
    return submit(new Sequence(request.content(), room(request), answer, null));
  }

  /// Starts to work on several requests with one prompt, which is read once; returns at once.
  ///
  /// @param listeners one for each request
  /// @return one for each request
  /// @throws IllegalStateException when the engine is closed
  /// @throws IllegalArgumentException when the prompt is empty or longer than the context, or the
  ///   requests do not have the same
  public List<Sequence> generate(List<Request> requests, List<? extends AnswerListener> listeners) {
    PromptContent prompt = requests.getFirst().content();
    requireLength(prompt.tokens().length);
    SharedPrompt shared = new SharedPrompt(prompt.tokens().length);
    List<Sequence> sequences = new ArrayList<>(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      if (!request.content().equals(prompt)) {
        throw new IllegalArgumentException(
            "all requests must have the prompt of the first, found another in number " + i);
      }
      Answer answer = answer(request, listeners.get(i));
      sequences.add(new Sequence(prompt, room(request), answer, shared));
    }
    return submit(sequences);
  }

  private Answer answer(Request request, AnswerListener listener) {
    AnswerListener hearing =
        recorder
            .answerBegins()
            .<AnswerListener>map(
                begun -> new RecordedAnswer(listener, begun, request.prompt().length))
            .orElse(listener);
    return new Answer(request, hearing, decoder.config().vocabulary(), context);
  }

  /// Tokens that an answer may grow to with its prompt.
  private int room(Request request) {
    return (int) Math.min(context, (long) request.prompt().length + request.maxTokens());
  }

  /// Starts to read a text; returns at once.
  Sequence score(int[] tokens, Scoring scoring) {
    requireLength(tokens.length);
    return submit(new Sequence(PromptContent.of(tokens), scoring));
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

  private void requireLength(int tokens) {
    if (tokens < 1 || tokens > context) {
      throw new IllegalArgumentException(
          "a sequence must have from 1 token to the context of %s, found %s"
              .formatted(context, tokens));
    }
  }

  private Sequence submit(Sequence sequence) {
    return submit(List.of(sequence)).getFirst();
  }

  private List<Sequence> submit(List<Sequence> sequences) {
    lock.lock();
    try {
      if (closing) {
        throw new IllegalStateException("the engine is closed");
      }
      arrivals.addAll(sequences);
      changed.signalAll();
      return sequences;
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (awaitWork()) {
        scheduler.removeIf(cancelled, endCancelled);
        Step step = scheduler.next();
        if (step.size() > 0) {
          compute(step);
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
      while (!closing && arrivals.isEmpty() && scheduler.isIdle()) {
        changed.awaitUninterruptibly();
      }
      for (int i = 0; i < arrivals.size(); i++) {
        scheduler.add(arrivals.get(i));
      }
      arrivals.clear();
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  private void compute(Step step) {
    recorder.stepBegins();
    left = false;
    Throwable failure = forward(step);
    recorder.stepEnds(step.size(), step.batch().size() - step.decodeTokens(), step.decodeTokens());
    if (failure != null) {
      for (int i = 0; i < step.size(); i++) {
        Sequence sequence = step.part(i).sequence();
        scheduler.remove(sequence);
        fail(sequence, failure);
      }
      return;
    }
    if (left) {
      return; // those that have ended go, the others are computed again without them
    }
    scheduler.completed(step);
    draws.draw(step);
    for (int i = 0; i < step.size(); i++) {
      tell(step.part(i));
    }
  }

  // An engine must outlive whatever a step throws: this is one of the few places that catch all.
  private @Nullable Throwable forward(Step step) {
    try {
      left = !decoder.forward(step.batch(), stepIsWanted);
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /// Lets a task tell of what it drew, and lets it go when it is done.
  private void tell(Step.Part part) {
    Sequence sequence = part.sequence();
    Throwable failure = part.failure();
    if (failure != null) {
      scheduler.remove(sequence);
      fail(sequence, failure);
      return;
    }
    try {
      boolean goesOn = part.outputs() == 0 || sequence.task().tell(draws.logits(part), sequence);
      scheduler.told(part);
      if (!goesOn || sequence.pending() == 0) {
        scheduler.remove(sequence);
        sequence.task().done();
      }
    } catch (Throwable e) {
      // a listener's mistake: the other requests are not concerned
      scheduler.remove(sequence);
      fail(sequence, e);
    }
  }

  private void endCancelled(Sequence sequence) {
    end(sequence, Ending.CANCELLED);
  }

  private void end(Sequence sequence, Ending ending) {
    try {
      sequence.task().abandoned(ending);
    } catch (Throwable e) {
      fail(sequence, e);
    }
  }

  /// Tells of a failure; one that cannot even be told is nobody else's.
  private static void fail(Sequence sequence, Throwable cause) {
    try {
      sequence.task().failed(cause);
    } catch (Throwable _) {
      // its listener is broken, and there is nobody else to tell
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
    scheduler.removeIf(sequence -> true, sequence -> end(sequence, Ending.CLOSED));
    decoder.close();
  }
}
