package puna.hub;

import java.util.Optional;

/// Hears how far a file has come on its way into the cache folder.
@FunctionalInterface
public interface TransferProgress {
  /// @param done bytes so far; the last call has `done == total`
  /// @param total bytes of the whole file
  void report(long done, long total);

  /// A file of the model begins; what is reported from now on is of it, and of those before it.
  ///
  /// @param path of the file in its repository
  /// @param sha256 of its content, 64 hexadecimal digits; empty where it is not known
  /// @param bytes of it
  default void begin(String path, Optional<String> sha256, long bytes) {}
}
