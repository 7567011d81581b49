package puna.token.model;

import java.util.Arrays;

/// From a pair of ids to a rank and a result: open addressing over primitives.
///
/// As the merges of byte-pair encoding, (left, right) → (rank, merged id); as a trie, (node, byte)
/// → (0, child).
final class PairTable {
  /// What no pair maps to; its rank is higher than every other.
  static final long NONE = Long.MAX_VALUE;

  private static final long EMPTY = -1;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private long[] slots;
  private int shift;
  private int size;

  PairTable(int expected) {
    this.slots = new long[0];
    allocate(Math.max(4, 64 - Long.numberOfLeadingZeros(expected + (long) expected / 2)));
  }

  static int rank(long found) {
    return (int) (found >>> 32);
  }

  static int result(long found) {
    return (int) found;
  }

  /// What the pair maps to, or [#NONE]; negative ids are in no pair.
  long find(int left, int right) {
    if ((left | right) < 0) {
      return NONE;
    }
    long key = (long) left << 32 | right;
    int mask = slots.length - 1;
    int slot = (int) (key * MULTIPLIER >>> shift) << 1;
    while (true) {
      long found = slots[slot];
      if (found == key) {
        return slots[slot + 1];
      }
      if (found == EMPTY) {
        return NONE;
      }
      slot = (slot + 2) & mask;
    }
  }

  /// Maps a pair of ids that are not negative, unless it is mapped already.
  void put(int left, int right, int rank, int result) {
    if ((long) size * 8 >= slots.length * 3L) {
      grow();
    }
    insert((long) left << 32 | right, (long) rank << 32 | result);
  }

  private void insert(long key, long value) {
    int slot = (int) (key * MULTIPLIER >>> shift) << 1;
    while (slots[slot] != EMPTY) {
      if (slots[slot] == key) {
        return;
      }
      slot = (slot + 2) & (slots.length - 1);
    }
    slots[slot] = key;
    slots[slot + 1] = value;
    size++;
  }

  private void grow() {
    long[] old = slots;
    allocate(65 - shift);
    size = 0;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != EMPTY) {
        insert(old[i], old[i + 1]);
      }
    }
  }

  private void allocate(int bits) {
    slots = new long[2 << bits];
    Arrays.fill(slots, EMPTY);
    shift = 64 - bits;
  }
}
