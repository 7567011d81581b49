package puna.token.model;

import java.util.Arrays;

/// From the bytes of a piece to its id: open addressing over primitives.
final class PieceTable {
  static final int NONE = -1;

  private final ByteStrings pieces;
  private final long[] keys;
  private final int[] ids;
  private final int shift;
  private int size;

  /// An empty table.
  ///
  /// @param pieces the bytes by id, which the table keeps for comparison
  /// @param capacity the most pieces that will be put in
  PieceTable(ByteStrings pieces, int capacity) {
    this.pieces = pieces;
    int bits = Math.max(4, 64 - Long.numberOfLeadingZeros(capacity + (long) capacity / 2));
    this.keys = new long[1 << bits];
    this.ids = new int[1 << bits];
    Arrays.fill(ids, NONE);
    this.shift = 64 - bits;
  }

  /// Puts piece `id` in, unless equal bytes are there already.
  ///
  /// @return the id that the bytes have now
  int put(int id) {
    int from = pieces.start(id);
    int length = pieces.length(id);
    long key = ByteKeys.key(pieces.bytes(), from, length);
    int slot = slot(pieces.bytes(), from, length, key);
    if (ids[slot] == NONE) {
      assert size < ids.length - 1;
      size++;
      keys[slot] = key;
      ids[slot] = id;
    }
    return ids[slot];
  }

  /// The id of `length` ≥ 1 bytes, or [#NONE].
  int find(byte[] bytes, int from, int length) {
    return find(bytes, from, length, ByteKeys.key(bytes, from, length));
  }

  /// As above, where the key is known.
  int find(byte[] bytes, int from, int length, long key) {
    return ids[slot(bytes, from, length, key)];
  }

  private int slot(byte[] bytes, int from, int length, long key) {
    int slot = (int) (ByteKeys.scatter(key, length) >>> shift);
    while (ids[slot] != NONE && !(keys[slot] == key && equal(ids[slot], bytes, from, length))) {
      slot = (slot + 1) & (ids.length - 1);
    }
    return slot;
  }

  private boolean equal(int id, byte[] bytes, int from, int length) {
    if (pieces.length(id) != length) {
      return false;
    }
    int start = pieces.start(id);
    return length <= ByteKeys.EXACT
        || Arrays.equals(pieces.bytes(), start, start + length, bytes, from, from + length);
  }
}
