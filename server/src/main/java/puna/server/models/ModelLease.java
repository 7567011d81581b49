package puna.server.models;

import java.time.Duration;
import puna.Llama;
import puna.server.models.ModelSlots.Offer;

/// An open model for as long as one request needs it: it is not evicted until this is closed.
public final class ModelLease implements AutoCloseable {
  private final Models models;
  private final Offer offer;
  private final Llama llama;
  private final long waitedNanos;
  private boolean isClosed;

  ModelLease(Models models, Offer offer, Llama llama, long waitedNanos) {
    this.models = models;
    this.offer = offer;
    this.llama = llama;
    this.waitedNanos = waitedNanos;
  }

  /// The model.
  public Llama llama() {
    return llama;
  }

  /// What it is offered as, by the name that was asked for.
  public ServedModel model() {
    return offer.model();
  }

  /// Nanoseconds that this request waited for it to be loaded; about 0 where it was.
  public long waitedNanos() {
    return waitedNanos;
  }

  /// How long it stays loaded after this request, and those that it answers at the same time, if no
  /// other one comes.
  public void keepAlive(Duration value) {
    models.shelf.keepAlive(offer.slot(), value);
  }

  /// Gives it back.
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      models.giveBack(offer.slot());
    }
  }
}
