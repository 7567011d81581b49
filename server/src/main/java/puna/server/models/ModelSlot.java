package puna.server.models;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import puna.Llama;

/// What is open of a served model. All but its model is under the lock of [Models].
final class ModelSlot {
  private final ServedModel model;
  @Nullable Llama llama;
  @Nullable CompletableFuture<Llama> loading;
  long bytes; // as its memory plan says
  int users;
  long lastUsed; // as the clock of the models counts
  long expires; // the same; Long.MAX_VALUE for never
  volatile double progress;

  ModelSlot(ServedModel model) {
    this.model = model;
  }

  ServedModel model() {
    return model;
  }

  boolean isIdle() {
    return llama != null && users == 0;
  }

  boolean isExpired(long now) {
    return isIdle() && expires != Long.MAX_VALUE && now - expires >= 0;
  }
}
