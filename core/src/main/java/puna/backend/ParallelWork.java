package puna.backend;

/// Work in items that do not depend on each other.
@FunctionalInterface
public interface ParallelWork {
  /// Does one item.
  ///
  /// @param worker who does it, from 0: no two items have the same one at the same time
  void run(int item, int worker);
}
