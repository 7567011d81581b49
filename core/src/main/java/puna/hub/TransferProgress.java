package puna.hub;

/// Hears how far a file has come on its way into the cache folder.
@FunctionalInterface
public interface TransferProgress {
  /// @param done bytes so far; the last call has `done == total`
  /// @param total bytes of the whole file
  void report(long done, long total);
}
