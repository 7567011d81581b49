package puna.hub.net;

/// Hears how far a file has come.
@FunctionalInterface
public interface Meter {
  /// @param done bytes so far; fewer than before where a download had to begin again
  void report(long done);
}
