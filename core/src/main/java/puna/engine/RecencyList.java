package puna.engine;

/// Small numbers in the order in which they came, each at most once; removal from anywhere in
/// constant time and without allocation.
final class RecencyList {
  private final int[] newer; // by number; the list's end points to itself through `end`
  private final int[] older;
  private final int end;
  private int size;

  /// @param numbers it holds numbers below this
  RecencyList(int numbers) {
    newer = new int[numbers + 1];
    older = new int[numbers + 1];
    end = numbers;
    newer[end] = end;
    older[end] = end;
  }

  int size() {
    return size;
  }

  void addNewest(int number) {
    int last = older[end];
    newer[last] = number;
    older[number] = last;
    newer[number] = end;
    older[end] = number;
    size++;
  }

  void remove(int number) {
    newer[older[number]] = newer[number];
    older[newer[number]] = older[number];
    size--;
  }

  /// The number that came last; -1 where there is none.
  int newest() {
    return before(end);
  }

  /// The number that came before this one; -1 where there is none.
  int before(int number) {
    return older[number] == end ? -1 : older[number];
  }

  /// The number that came first; there must be one.
  int oldest() {
    return newer[end];
  }

  /// The number that came first, which goes; there must be one.
  int removeOldest() {
    int oldest = oldest();
    remove(oldest);
    return oldest;
  }
}
