package puna.checkpoint.meta;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;
import puna.text.FileText;

/// An entry as the directory of a zip archive tells it, 46 bytes and three texts:
///
/// `PK 1 2`, versions u16 × 2, flags u16, method u16, time u32, checksum u32, bytes in the archive
/// u32, bytes u32, lengths u16 × 3 (name, extra, comment), disk u16, attributes u16 and u32, start
/// u32, name, extra, comment.
///
/// The same stands, shorter, before its bytes, and must not contradict:
///
/// `PK 3 4`, version u16, flags u16, method u16, time u32, checksum u32, bytes in the archive u32,
/// bytes u32, lengths u16 × 2 (name, extra), name, extra.
///
/// @param header the first byte of what stands before its bytes
/// @param size of its bytes
record ZipEntry(String name, int flags, long header, long size) {
  private static final int DIRECTORY = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int DIRECTORY_BYTES = 46;
  private static final int LOCAL_BYTES = 30;
  private static final int ENCRYPTED = 1;
  private static final int SIZES_BEHIND = 1 << 3;
  private static final long ONES = 0xFFFFFFFFL;
  private static final int ZIP64_EXTRA = 1;

  /// Reads the next entry of a directory.
  ///
  /// @throws ModelFormatException when it breaks the format or is not stored as it is
  static ZipEntry next(ByteBuffer directory, String origin) {
    try {
      return read(directory, origin);
    } catch (BufferUnderflowException | IndexOutOfBoundsException _) {
      throw new ModelFormatException(
          origin
              + ": directory of the archive: an entry must end within it, found one that does not");
    }
  }

  private static ZipEntry read(ByteBuffer directory, String origin) {
    int at = directory.position();
    int nameBytes = Short.toUnsignedInt(directory.getShort(at + 28));
    int extraBytes = Short.toUnsignedInt(directory.getShort(at + 30));
    int commentBytes = Short.toUnsignedInt(directory.getShort(at + 32));
    if (directory.getInt(at) != DIRECTORY) {
      throw new ModelFormatException(
          "%s: directory of the archive: an entry must begin at byte %s of it, found none"
              .formatted(origin, at));
    }
    directory.position(at + DIRECTORY_BYTES);
    byte[] text = new byte[nameBytes];
    directory.get(text);
    String name = FileText.read(text, 0, text.length);
    ByteBuffer extra =
        directory.slice(directory.position(), extraBytes).order(ByteOrder.LITTLE_ENDIAN);
    Objects.checkFromIndexSize(extraBytes, commentBytes, directory.remaining());
    directory.position(directory.position() + extraBytes + commentBytes);
    int flags = Short.toUnsignedInt(directory.getShort(at + 8));
    long[] sizes = {
      Integer.toUnsignedLong(directory.getInt(at + 24)),
      Integer.toUnsignedLong(directory.getInt(at + 20)),
      Integer.toUnsignedLong(directory.getInt(at + 42))
    };
    widen(sizes, extra);
    ZipEntry entry = new ZipEntry(name, flags, sizes[2], sizes[0]);
    entry.check(directory.getShort(at + 10), sizes[1], origin);
    return entry;
  }

  /// Takes the fields that are all ones from the extra field for large files.
  private static void widen(long[] sizes, ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Short.toUnsignedInt(extra.getShort());
      ByteBuffer field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      extra.position(extra.position() + length);
      if (id == ZIP64_EXTRA) {
        for (int i = 0; i < sizes.length; i++) {
          if (sizes[i] == ONES) {
            sizes[i] = field.getLong();
          }
        }
        return;
      }
    }
  }

  private void check(int method, long stored, String origin) {
    if ((flags & ENCRYPTED) != 0) {
      throw failure(origin, "must not be encrypted, found that it is");
    }
    if (method != 0 || stored != size) {
      throw failure(
          origin,
          "must be stored as it is, found %s bytes packed into %s by method %s"
              .formatted(
                  Long.toUnsignedString(size),
                  Long.toUnsignedString(stored),
                  Short.toUnsignedInt((short) method)));
    }
  }

  /// The first byte of the entry's bytes, as what stands before them says.
  ///
  /// @param limit where entries end at the latest
  /// @throws ModelFormatException when that contradicts the directory
  long start(StoredBytes file, long limit, String origin) {
    if (header < 0 || header > limit - LOCAL_BYTES) {
      throw failure(
          origin,
          "must begin before byte %s, found %s".formatted(limit, Long.toUnsignedString(header)));
    }
    ByteBuffer local = ZipEnd.read(file, header, LOCAL_BYTES);
    if (local.getInt(0) != LOCAL) {
      throw failure(origin, "must have a header at byte %s, found none".formatted(header));
    }
    int nameBytes = Short.toUnsignedInt(local.getShort(26));
    long start = header + LOCAL_BYTES + nameBytes + Short.toUnsignedInt(local.getShort(28));
    if (size < 0 || start > limit || size > limit - start) {
      throw failure(
          origin,
          "must lie before byte %s, found %s bytes from %s"
              .formatted(limit, Long.toUnsignedString(size), start));
    }
    byte[] text = ZipEnd.read(file, header + LOCAL_BYTES, nameBytes).array();
    String own = FileText.read(text, 0, text.length);
    if (!own.equals(name)) {
      throw failure(origin, "must have that name before its bytes too, found " + own);
    }
    checkLocal(local, origin);
    return start;
  }

  private void checkLocal(ByteBuffer local, String origin) {
    int own = Short.toUnsignedInt(local.getShort(6));
    if (local.getShort(8) != 0 || (own & ENCRYPTED) != 0) {
      throw failure(origin, "must be stored as it is, found another word before its bytes");
    }
    for (int place : new int[] {18, 22}) {
      long found = Integer.toUnsignedLong(local.getInt(place));
      boolean isElsewhere = found == ONES || (found == 0 && (own & SIZES_BEHIND) != 0);
      if (found != size && !isElsewhere) {
        throw failure(
            origin, "must have %s bytes, found %s before its bytes".formatted(size, found));
      }
    }
  }

  ModelFormatException failure(String origin, String finding) {
    return new ModelFormatException("%s: entry %s: %s".formatted(origin, excerpt(name), finding));
  }

  /// A text of a file as a message may show it.
  static String excerpt(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
