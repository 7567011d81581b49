package puna.server.ollama;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import puna.ModelCard;
import puna.ModelSource;
import puna.error.ModelException;
import puna.server.models.ModelLease;
import puna.server.models.Models;
import puna.server.models.ServedModel;
import puna.server.wire.Call;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.work.ModelDesk;

/// The models by Ollama's rules, and what their files say of them. Thread-safe.
final class ModelShelf {
  private static final System.Logger LOG = System.getLogger("puna.server");

  private final ModelDesk desk;
  private final Map<ModelSource, ModelCard> cards = new ConcurrentHashMap<>();

  ModelShelf(ModelDesk desk) {
    this.desk = desk;
  }

  /// All of them.
  Models models() {
    return desk.models();
  }

  /// The model of that name.
  ///
  /// @throws Failure when there is none, in the words that clients look for
  ServedModel find(String name) {
    return models().find(name).orElseThrow(() -> missing("model '%s' not found".formatted(name)));
  }

  static Failure missing(String message) {
    return Failure.of(Kind.NO_MODEL, message);
  }

  /// The open model of that name, for one call.
  ///
  /// @param idle what is done a few times a second while it is being loaded
  ModelLease lease(Call call, String name, Runnable idle) {
    ServedModel _ = find(name); // for its words
    return desk.lease(call, name, idle);
  }

  /// What its file says of a model, which need not be loaded.
  ///
  /// @throws ModelException when its file cannot be read
  ModelCard card(ServedModel model) {
    ModelCard known = cards.get(model.source());
    if (known != null && isCurrent(known)) {
      return known;
    }
    ModelCard read = ModelCard.of(model.source());
    cards.put(model.source(), read);
    return read;
  }

  /// The same for a list, which must not fail because of one file.
  Optional<ModelCard> cardIfReadable(ServedModel model) {
    try {
      return Optional.of(card(model));
    } catch (ModelException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} is not listed: {1}", model.id(), e.getMessage());
      return Optional.empty();
    }
  }

  private static boolean isCurrent(ModelCard card) {
    try {
      return !Files.getLastModifiedTime(card.file()).toInstant().isAfter(card.modified());
    } catch (IOException _) {
      return false; // reading it anew says what is wrong
    }
  }
}
