package puna.grammar.schema;

import java.util.Arrays;

/// Sequences of numbers, each known by the place at which it first came: for states that are made
/// of others, without an object for each.
final class NumberSequences {
  private int[] numbers = new int[256];
  private int[] begins = new int[32]; // of each sequence, and where the last one ends
  private int[] hashes = new int[32];
  private int[] table = new int[64]; // place + 1 of a sequence, or 0
  private int count;

  int size() {
    return count;
  }

  int length(int place) {
    return begins[place + 1] - begins[place];
  }

  int get(int place, int index) {
    return numbers[begins[place] + index];
  }

  int[] get(int place) {
    return Arrays.copyOfRange(numbers, begins[place], begins[place + 1]);
  }

  /// The place of the first `length` numbers of an array, or -1.
  int find(int[] sequence, int length) {
    return table[slot(sequence, length, hash(sequence, length))] - 1;
  }

  /// The same, added where they are new.
  int place(int[] sequence, int length) {
    int hash = hash(sequence, length);
    int slot = slot(sequence, length, hash);
    return table[slot] > 0 ? table[slot] - 1 : add(sequence, length, hash, slot);
  }

  private int add(int[] sequence, int length, int hash, int slot) {
    int begin = begins[count];
    if (begin + length > numbers.length) {
      numbers = Arrays.copyOf(numbers, Math.max(2 * numbers.length, begin + length));
    }
    System.arraycopy(sequence, 0, numbers, begin, length);
    if (count + 2 > begins.length) {
      begins = Arrays.copyOf(begins, 2 * begins.length);
      hashes = Arrays.copyOf(hashes, begins.length);
    }
    hashes[count++] = hash;
    begins[count] = begin + length;
    table[slot] = count;
    if (2 * count > table.length) {
      grow();
    }
    return count - 1;
  }

  private void grow() {
    table = new int[2 * table.length];
    for (int place = 0; place < count; place++) {
      int slot = hashes[place] & table.length - 1;
      while (table[slot] > 0) {
        slot = slot + 1 & table.length - 1;
      }
      table[slot] = place + 1;
    }
  }

  /// Where a sequence is in the table, or would be.
  private int slot(int[] sequence, int length, int hash) {
    int slot = hash & table.length - 1;
    while (table[slot] > 0 && !isAt(table[slot] - 1, sequence, length, hash)) {
      slot = slot + 1 & table.length - 1;
    }
    return slot;
  }

  private boolean isAt(int place, int[] sequence, int length, int hash) {
    return hashes[place] == hash
        && Arrays.equals(numbers, begins[place], begins[place + 1], sequence, 0, length);
  }

  private static int hash(int[] sequence, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ sequence[i]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash ^ hash >>> 16;
  }
}
