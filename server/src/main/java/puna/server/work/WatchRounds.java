package puna.server.work;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Looks after all clients that wait for answers, one after the other, a few times a second. One
/// thread for all of them: many that wake for a look each would cost more than the looks.
final class WatchRounds {
  static final WatchRounds SHARED = new WatchRounds();

  private static final Duration TICK = Duration.ofMillis(250);

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private boolean isGoing; // guarded by this

  private WatchRounds() {}

  void add(Watch watch) {
    watches.add(watch);
    synchronized (this) {
      if (!isGoing) {
        isGoing = true;
        Thread _ = Thread.ofVirtual().name("puna-watch").start(this::go);
      }
    }
  }

  void remove(Watch watch) {
    watches.remove(watch);
  }

  private void go() {
    boolean goesOn = true;
    try {
      while (goesOn) {
        LockSupport.parkNanos(TICK.toNanos());
        watches.forEach(Watch::look);
        goesOn = goesOn();
      }
    } finally {
      if (goesOn) { // an error ended it: the next client begins anew, for all
        end();
      }
    }
  }

  private synchronized boolean goesOn() {
    isGoing = !watches.isEmpty();
    return isGoing;
  }

  private synchronized void end() {
    isGoing = false;
  }
}
