package puna.hub;

import java.nio.file.Path;
import java.util.Optional;

/// One way to find a model by what people write. A store asks one after the other.
interface ModelFinder {
  /// What to open; empty where this is not for such a reference.
  ///
  /// @throws puna.error.ModelException when it is, and the model cannot be had
  Optional<Path> find(String reference, TransferProgress progress);
}
