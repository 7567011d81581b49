package puna.server.work;

import java.util.NoSuchElementException;
import puna.server.models.ModelLease;
import puna.server.models.Models;
import puna.server.models.ServedModel;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;

/// Where calls get their models.
public final class ModelDesk {
  private final Models models;

  public ModelDesk(Models models) {
    this.models = models;
  }

  /// All of them.
  public Models models() {
    return models;
  }

  /// The model of that name.
  ///
  /// @throws Failure when there is none
  public ServedModel find(String name) {
    return models.find(name).orElseThrow(() -> missing(name));
  }

  private static Failure missing(String name) {
    return Failure.of(Kind.NO_MODEL, "there is no model of the name " + name)
        .at("model")
        .withCode("model_not_found");
  }

  /// The open model of that name, for one call; waits until it is loaded.
  ///
  /// @param idle what is done a few times a second while it is being loaded
  /// @throws Failure when there is none of that name
  public ModelLease lease(Call call, String name, Runnable idle) {
    ServedModel model = find(name);
    call.record().model(model.id());
    try {
      return models.lease(
          model,
          () -> {
            call.requirePresent();
            idle.run();
          });
    } catch (NoSuchElementException e) { // it was removed a moment ago
      throw missing(name);
    }
  }

  /// The same for a call that is answered all at once.
  public ModelLease lease(Call call, String name) {
    return lease(call, name, () -> {});
  }
}
