package puna.checkpoint.meta;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;

/// The end of a zip archive, which says where the directory of its entries lies.
///
/// | record | fields |
/// |---|---|
/// | end, 22 bytes and a comment | `PK 5 6`, disk u16 × 2, entries u16 × 2, size u32, start u32, length of the comment u16 |
/// | locator, 20 bytes before it | `PK 6 7`, disk u32, start of the ZIP64 end u64, disks u32 |
/// | ZIP64 end, 56 bytes or more | `PK 6 6`, size u64, versions u16 × 2, disk u32 × 2, entries u64 × 2, size u64, start u64 |
///
/// A field of the end that is all ones stands in the ZIP64 end.
///
/// @param start the first byte of the directory
/// @param size bytes of the directory
/// @param count entries in it
record ZipEnd(long start, long size, long count) {
  private static final int END = 0x06054b50;
  private static final int LOCATOR = 0x07064b50;
  private static final int END64 = 0x06064b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int END64_BYTES = 56;
  private static final int LONGEST_COMMENT = 0xFFFF;

  /// @throws ModelFormatException when the file does not end as zip archives do
  static ZipEnd find(StoredBytes file, String origin) {
    long place = place(file, origin);
    ByteBuffer end = read(file, place, END_BYTES);
    long count = Short.toUnsignedLong(end.getShort(10));
    long size = Integer.toUnsignedLong(end.getInt(12));
    long start = Integer.toUnsignedLong(end.getInt(16));
    if (end.getShort(4) != 0 || end.getShort(6) != 0 || end.getShort(8) != end.getShort(10)) {
      throw failure(origin, "an archive must lie in one file, found one of several");
    }
    long locator = place - LOCATOR_BYTES;
    if (locator >= 0 && read(file, locator, LOCATOR_BYTES).getInt(0) == LOCATOR) {
      ZipEnd large = large(file, locator, origin);
      requireSame(origin, "entries", count, 0xFFFF, large.count);
      requireSame(origin, "bytes of the directory", size, 0xFFFFFFFFL, large.size);
      requireSame(origin, "start of the directory", start, 0xFFFFFFFFL, large.start);
      return large;
    }
    return new ZipEnd(start, size, count).ending(place, origin);
  }

  private static long place(StoredBytes file, String origin) {
    long least = Math.max(0, file.size() - END_BYTES - LONGEST_COMMENT);
    ByteBuffer tail = read(file, least, (int) (file.size() - least));
    for (int at = tail.capacity() - END_BYTES; at >= 0; at--) {
      int comment = tail.capacity() - at - END_BYTES;
      if (tail.getInt(at) == END && Short.toUnsignedInt(tail.getShort(at + 20)) == comment) {
        return least + at;
      }
    }
    throw failure(
        origin,
        "must be a zip archive, as PyTorch writes it since version 1.6, found none that ends here");
  }

  private static ZipEnd large(StoredBytes file, long locator, String origin) {
    long place = read(file, locator, LOCATOR_BYTES).getLong(8);
    if (place < 0 || place > locator - END64_BYTES) {
      throw failure(
          origin,
          "its ZIP64 record must lie before byte %s, found it at %s"
              .formatted(locator, Long.toUnsignedString(place)));
    }
    ByteBuffer end = read(file, place, END64_BYTES);
    if (end.getInt(0) != END64 || end.getLong(4) != locator - place - 12) {
      throw failure(
          origin,
          "its ZIP64 record must reach from %s to %s, found another".formatted(place, locator));
    }
    if (end.getInt(16) != 0 || end.getInt(20) != 0 || end.getLong(24) != end.getLong(32)) {
      throw failure(origin, "an archive must lie in one file, found one of several");
    }
    return new ZipEnd(end.getLong(48), end.getLong(40), end.getLong(32)).ending(place, origin);
  }

  /// This, where its directory reaches to `end`.
  private ZipEnd ending(long end, String origin) {
    if (start < 0 || size < 0 || start > end || size != end - start) {
      throw failure(
          origin,
          "its directory must end at byte %s, where the end of the archive begins, found %s bytes from %s"
              .formatted(end, Long.toUnsignedString(size), Long.toUnsignedString(start)));
    }
    return this;
  }

  private static void requireSame(String origin, String what, long found, long ones, long large) {
    if (found != ones && found != large) {
      throw failure(
          origin,
          "the %s must be the same in both records of its end, found %s and %s"
              .formatted(what, found, Long.toUnsignedString(large)));
    }
  }

  static ByteBuffer read(StoredBytes file, long from, int count) {
    byte[] bytes = new byte[count];
    file.read(from, MemorySegment.ofArray(bytes));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ModelFormatException failure(String origin, String finding) {
    return new ModelFormatException(origin + ": end of the archive: " + finding);
  }
}
