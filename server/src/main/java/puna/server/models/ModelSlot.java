package puna.server.models;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import puna.Llama;

/// What is open of a served model, whatever it is called. All but its model is under the lock of
/// [Models].
final class ModelSlot {
  private final ServedModel model;
  @Nullable Llama llama;
  @Nullable CompletableFuture<Llama> loading;
  long bytes; // as its memory plan says
  int users;
  Optional<Duration> keepAlive = Optional.empty(); // as the latest said of those who use it
  long lastUsed; // as the clock of the models counts
  long expires; // the same; Long.MAX_VALUE for never
  volatile double progress;

  /// @param model by the first of its names
  ModelSlot(ServedModel model) {
    this.model = model;
  }

  ServedModel model() {
    return model;
  }

  /// How long it stays open, as far as is known.
  long nanosLeft(long now) {
    return expires == Long.MAX_VALUE ? Long.MAX_VALUE : expires - now;
  }

  /// What is open, by one of its names.
  LoadedModel told(ServedModel name, long now) {
    Optional<Instant> end =
        expires == Long.MAX_VALUE
            ? Optional.empty()
            : Optional.of(Instant.now().plusNanos(Math.max(0, expires - now)));
    return new LoadedModel(name, requireNonNull(llama), bytes, end, users);
  }

  boolean isIdle() {
    return llama != null && users == 0;
  }

  boolean isExpired(long now) {
    return isIdle() && expires != Long.MAX_VALUE && now - expires >= 0;
  }
}
