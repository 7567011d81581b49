package puna.server.guard;

import java.util.concurrent.locks.ReentrantLock;
import puna.server.keys.ApiKey;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;

/// Whoever shows one key: counts what they ask for. Thread-safe.
public final class KeyHolder {
  private static final double SECONDS = 60;
  private static final double NANOS = 1e9;
  private static final double BURST = 4; // a quarter of a minute's requests may come at once

  private final ApiKey key;
  private final ReentrantLock lock = new ReentrantLock();
  private double left; // requests that may come now
  private long seen; // when that was true, as System.nanoTime counts
  private int running;

  /// A request that was let in, until it is over.
  public interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  KeyHolder(ApiKey key, long now) {
    this.key = key;
    this.left = most();
    this.seen = now;
  }

  /// Who it is.
  public String name() {
    return key.name();
  }

  ApiKey key() {
    return key;
  }

  private double most() {
    return Math.max(1, key.requestsPerMinute().orElse(0) / BURST);
  }

  /// Lets a request in.
  ///
  /// @param now as `System.nanoTime` counts
  /// @throws Failure when there are too many already
  public Permit enter(long now) {
    lock.lock();
    try {
      requireRate(now);
      if (key.concurrent().isPresent() && running >= key.concurrent().getAsInt()) {
        throw Failure.of(
                Kind.RATE_LIMITED,
                "at most %s requests of this key are answered at a time"
                    .formatted(key.concurrent().getAsInt()))
            .retryAfter(1);
      }
      running++;
      left -= key.requestsPerMinute().isPresent() ? 1 : 0;
    } finally {
      lock.unlock();
    }
    return this::leave;
  }

  private void requireRate(long now) {
    if (key.requestsPerMinute().isEmpty()) {
      return;
    }
    double perSecond = key.requestsPerMinute().getAsInt() / SECONDS;
    left = Math.min(most(), left + (now - seen) / NANOS * perSecond);
    seen = now;
    if (left < 1) {
      int wait = (int) Math.max(1, Math.ceil((1 - left) / perSecond));
      throw Failure.of(
              Kind.RATE_LIMITED,
              "at most %s requests a minute of this key"
                  .formatted(key.requestsPerMinute().getAsInt()))
          .retryAfter(wait);
    }
  }

  private void leave() {
    lock.lock();
    try {
      running--;
    } finally {
      lock.unlock();
    }
  }
}
