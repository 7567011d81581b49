package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What whoever waits for texts to be read can rely on, however they are read.
///
/// @param decoder takes a step for each permit of `steps`
/// @param reading reads texts of two steps or more with an engine
record WaitingReader(
    FakeDecoder decoder, Semaphore steps, Function<Engine, ThrowingCallable> reading) {
  private static final int CONTEXT = 96;

  void leavesNoWorkBehindWhenItIsInterrupted() throws InterruptedException {
    try (Engine engine = new Engine(decoder, CONTEXT, 4)) {
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread thread = start(engine, end);
      decoder.awaitStep(0);
      thread.interrupt();
      thread.join();
      assertThat(end.get()).isInstanceOf(InterruptedException.class);
      steps.release(1_000);
      while (engine.gauge().running() > 0) {
        Thread.sleep(1);
      }
    }
    assertThat(decoder.batchSizes()).hasSize(1); // the one that was under way
  }

  void hearsThatTheEngineIsClosed(String message) throws InterruptedException {
    AtomicReference<Throwable> end = new AtomicReference<>();
    Engine engine = new Engine(decoder, CONTEXT, 4);
    Thread thread = start(engine, end);
    decoder.awaitStep(0);
    Thread closing = Thread.startVirtualThread(engine::close);
    while (closing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    steps.release(1_000);
    closing.join();
    thread.join();
    assertThat(end.get()).isInstanceOf(IllegalStateException.class).hasMessage(message);
  }

  private Thread start(Engine engine, AtomicReference<Throwable> end) {
    ThrowingCallable call = reading.apply(engine);
    return Thread.startVirtualThread(() -> end.set(catchThrowable(call)));
  }
}
