package puna;

/// Which of the requests that wait for a place in the batch goes first. Within one priority it is
/// the one whose caller was served least ([AnswerOptions#withCaller]), then the one that came
/// first. One of a lower priority gives its place up to one of a higher, and goes on later; waiting
/// makes up for a lower priority in the end.
public enum Priority {
  /// Work that nobody waits for: after all others.
  LOW,
  /// Most requests.
  NORMAL,
  /// Before all others.
  HIGH;

  /// Its place among the others, 0 for most requests.
  int rank() {
    return compareTo(NORMAL);
  }
}
