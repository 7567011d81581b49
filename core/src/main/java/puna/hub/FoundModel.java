package puna.hub;

import java.nio.file.Path;
import java.util.Optional;

/// A model that another program has put on this machine. Whether it can be run is not known yet.
///
/// @param reference what opens it
/// @param path what to open: a file, or a folder
/// @param name of its file, as its place knows it
/// @param program whose it is, for people
public record FoundModel(String reference, Path path, String name, long bytes, String program) {
  /// What its name says of its weights, such as `Q4_K_M`.
  public Optional<String> quantization() {
    return FileChoice.quantization(name);
  }
}
