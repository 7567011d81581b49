package puna;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;

/// Runs a scenario again and again under a model checker, which decides at each read and write of
/// what threads share who goes on. A scenario fails where it throws, and where all of its threads
/// wait for a lock, a condition or each other; not where one spins for ever.
///
/// It sees the threads that a scenario makes with `new Thread` and no others, and its clock stands
/// still. That it sees what it should is proved beside each scenario, by a twin of the class with a
/// mistake in it.
public final class Interleavings {
  private static final int TRIES = 1000;

  /// Of a twin, which ends with the first that fails: far more than any has needed, some hundreds.
  private static final int TRIES_OF_TWINS = 10 * TRIES;

  private static final AtomicReference<Object> SHARED = new AtomicReference<>(TRIES);

  private Interleavings() {}

  /// Requires that the scenario goes well in every order that is tried.
  public static void explore(Runnable scenario) {
    Lincheck.runConcurrentTest(TRIES, scenario);
  }

  /// Requires that some order makes the scenario fail.
  public static void requireFailure(Runnable broken) {
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(TRIES_OF_TWINS, broken))
        .isInstanceOf(LincheckAssertionError.class);
  }

  /// Lets the checker know that threads share it: of what a scenario makes and only a thread's task
  /// holds, it takes the fields for one thread's own.
  public static <T> T shared(T object) {
    SHARED.set(object);
    return object;
  }

  /// Waits for a thread of a scenario.
  public static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a scenario", e);
    }
  }
}
