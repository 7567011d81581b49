package puna.token.model;

import java.util.Arrays;

/// Pieces that a call has met already, with where their ids stand in its output.
///
/// Direct-mapped and bounded: a piece evicts what had its slot. Nothing is copied, since text and
/// output both live as long as the call.
final class PieceCache {
  /// Longer pieces are not worth remembering.
  private static final int LONGEST = 64;

  private static final int MOST_SLOTS = 1 << 14;

  /// A tokenizer's way to append the ids of a piece to the output.
  interface Anew {
    /// @param key of the piece's bytes
    void encode(int from, int length, long key);
  }

  // key, text offset and length, output offset and count, unused
  private final long[] slots;
  private final int shift;
  private final byte[] text;
  private final IdBuffer out;
  private final Anew anew;

  /// @param anew what becomes of a piece, which depends on nothing else
  PieceCache(byte[] text, IdBuffer out, Anew anew) {
    int wanted = Math.clamp(Integer.highestOneBit(text.length / 4 + 1), 16, MOST_SLOTS);
    this.slots = new long[wanted * 4];
    this.shift = 64 - Integer.numberOfTrailingZeros(wanted);
    this.text = text;
    this.out = out;
    this.anew = anew;
  }

  /// Appends the ids of the piece to the output: known ones, or those that it is encoded to.
  void encode(int from, int length) {
    long key = ByteKeys.key(text, from, length);
    if (length > LONGEST) {
      anew.encode(from, length, key);
    } else if (!repeat(from, length, key)) {
      int outFrom = out.size();
      anew.encode(from, length, key);
      remember(from, length, key, outFrom);
    }
  }

  private boolean repeat(int from, int length, long key) {
    int slot = slot(key, length);
    long place = slots[slot + 1];
    if (slots[slot] != key || (int) place != length || !equal((int) (place >>> 32), from, length)) {
      return false;
    }
    long ids = slots[slot + 2];
    out.repeat((int) (ids >>> 32), (int) ids);
    return true;
  }

  /// Remembers that the ids from `outFrom` to the end of the output are those of the piece.
  private void remember(int from, int length, long key, int outFrom) {
    int slot = slot(key, length);
    slots[slot] = key;
    slots[slot + 1] = (long) from << 32 | length;
    slots[slot + 2] = (long) outFrom << 32 | (out.size() - outFrom);
  }

  private int slot(long key, int length) {
    return (int) (ByteKeys.scatter(key, length) >>> shift) << 2;
  }

  private boolean equal(int place, int from, int length) {
    return length <= ByteKeys.EXACT
        || Arrays.equals(text, place, place + length, text, from, from + length);
  }
}
