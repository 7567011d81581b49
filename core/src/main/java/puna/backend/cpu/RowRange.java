package puna.backend.cpu;

/// Rows `first ≤ r < end` of a matrix.
public record RowRange(int first, int end) {
  public int count() {
    return end - first;
  }
}
