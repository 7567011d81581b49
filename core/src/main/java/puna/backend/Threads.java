package puna.backend;

/// Waiting for threads whose memory is about to be released.
public final class Threads {
  private Threads() {}

  /// Waits until a thread has ended. An interrupt does not cut it short, since the thread still
  /// uses the memory; it is passed on afterwards.
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
