package puna.token.model;

import java.util.Arrays;

/// A growing array of token ids.
final class IdBuffer {
  private int[] ids;
  private int size;

  IdBuffer(int expected) {
    this.ids = new int[Math.max(16, expected)];
  }

  int size() {
    return size;
  }

  int get(int index) {
    return ids[index];
  }

  void set(int index, int id) {
    ids[index] = id;
  }

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, Math.multiplyExact(size, 2));
    }
    ids[size++] = id;
  }

  /// Appends ids that stand earlier in the same buffer.
  void repeat(int from, int count) {
    if (count == 1) {
      add(ids[from]);
      return;
    }
    if (size + count > ids.length) {
      ids = Arrays.copyOf(ids, Math.multiplyExact(ids.length, 2) + count);
    }
    for (int i = 0; i < count; i++) {
      ids[size + i] = ids[from + i];
    }
    size += count;
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
