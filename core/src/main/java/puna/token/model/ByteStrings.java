package puna.token.model;

import java.util.Arrays;

/// Many short byte strings in one array, by index.
public final class ByteStrings {
  private byte[] bytes = new byte[1024];
  private int[] starts = new int[257];
  private int size;

  /// Appends a string; its index is the size before.
  void add(byte[] string) {
    if (size + 2 > starts.length) {
      starts = Arrays.copyOf(starts, starts.length * 2);
    }
    int start = starts[size];
    int end = Math.addExact(start, string.length);
    if (end > bytes.length) {
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, bytes.length * 2L)));
    }
    System.arraycopy(string, 0, bytes, start, string.length);
    size++;
    starts[size] = end;
  }

  int size() {
    return size;
  }

  /// The array that holds all of them, not a copy.
  byte[] bytes() {
    return bytes;
  }

  int start(int index) {
    return starts[index];
  }

  public int length(int index) {
    return starts[index + 1] - starts[index];
  }

  public byte[] copy(int index) {
    return Arrays.copyOfRange(bytes, starts[index], starts[index + 1]);
  }
}
