package puna.checkpoint.llama2c;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;

/// What a file of llama2.c begins with, little-endian:
///
/// | version | bytes | fields |
/// |---|---|---|
/// | 0 | 28 | width, feed-forward width, layers, heads, KV heads, vocabulary, context, i32 each; a negative vocabulary says that the output is a matrix of its own |
/// | 1 | 256 | magic `2 4 k a`, version i32, the seven fields, one byte: 1 where the output is the embedding |
/// | 2 | 256 | the same, then the size of a group i32 |
///
/// Source: llama2.c's `export.py` and `run.c`.
///
/// @param group values that share a scale; 0 for float32
record Llama2cHeader(
    int version,
    int width,
    int feedForward,
    int layers,
    int heads,
    int kvHeads,
    int vocabulary,
    int context,
    boolean tied,
    int group) {
  private static final int MAGIC = 0x616b3432;
  private static final int FIELDS = 7;
  private static final int PLAIN_BYTES = FIELDS * Integer.BYTES;
  private static final int MARKED_BYTES = 256;
  private static final int LARGEST = 1 << 24;
  private static final int MOST_LAYERS = 1 << 12;

  /// Whether a file begins with the magic.
  static boolean isMarked(StoredBytes file) {
    return file.size() >= MARKED_BYTES && read(file, Integer.BYTES).getInt(0) == MAGIC;
  }

  /// @throws ModelFormatException when a field cannot be, or contradicts another
  static Llama2cHeader read(StoredBytes file, String origin) {
    if (!isMarked(file)) {
      if (file.size() < PLAIN_BYTES) {
        throw failure(origin, "must have %s bytes, found %s".formatted(PLAIN_BYTES, file.size()));
      }
      ByteBuffer bytes = read(file, PLAIN_BYTES);
      int vocabulary = bytes.getInt(5 * Integer.BYTES);
      return of(0, bytes, vocabulary > 0, 0).checked(origin);
    }
    ByteBuffer bytes = read(file, MARKED_BYTES);
    int version = bytes.getInt(4);
    if (version != 1 && version != 2) {
      throw failure(origin, "the version must be 1 or 2, found " + version);
    }
    ByteBuffer fields = bytes.slice(8, MARKED_BYTES - 8).order(ByteOrder.LITTLE_ENDIAN);
    int shared = Byte.toUnsignedInt(fields.get(PLAIN_BYTES));
    if (shared > 1 || fields.getInt(5 * Integer.BYTES) < 0) {
      throw failure(
          origin,
          "the byte that says whether the output is shared must be 0 or 1 and the vocabulary"
              + " positive, found %s and %s".formatted(shared, fields.getInt(5 * Integer.BYTES)));
    }
    int group = version == 2 ? fields.getInt(PLAIN_BYTES + 1) : 0;
    if (version == 2 && group < 1) {
      throw failure(origin, "the group must be 1 or more, found " + group);
    }
    return of(version, fields, shared == 1, group).checked(origin);
  }

  private static Llama2cHeader of(int version, ByteBuffer fields, boolean tied, int group) {
    int vocabulary = fields.getInt(5 * Integer.BYTES);
    return new Llama2cHeader(
        version,
        fields.getInt(0),
        fields.getInt(4),
        fields.getInt(8),
        fields.getInt(12),
        fields.getInt(16),
        Math.abs(vocabulary),
        fields.getInt(24),
        tied,
        group);
  }

  private Llama2cHeader checked(String origin) {
    require(origin, "width", width, LARGEST);
    require(origin, "feed-forward width", feedForward, LARGEST);
    require(origin, "number of layers", layers, MOST_LAYERS);
    require(origin, "number of heads", heads, LARGEST);
    require(origin, "number of KV heads", kvHeads, LARGEST);
    require(origin, "vocabulary", vocabulary, LARGEST);
    require(origin, "context", context, LARGEST);
    if (width % heads != 0 || heads % kvHeads != 0 || headSize() % 2 != 0) {
      throw failure(
          origin,
          "heads must divide the width into even sizes, and KV heads the heads, found %s, %s and %s"
              .formatted(width, heads, kvHeads));
    }
    if (group > 0 && width % group != 0) {
      throw failure(origin, "the group must divide the width %s, found %s".formatted(width, group));
    }
    return this;
  }

  private static void require(String origin, String what, int value, int largest) {
    if (value < 1 || value > largest) {
      throw failure(origin, "the %s must be 1 to %s, found %s".formatted(what, largest, value));
    }
  }

  int headSize() {
    return width / heads;
  }

  int kvWidth() {
    return headSize() * kvHeads;
  }

  /// Bytes of the header.
  long bytes() {
    return version == 0 ? PLAIN_BYTES : MARKED_BYTES;
  }

  private static ByteBuffer read(StoredBytes file, int count) {
    byte[] bytes = new byte[count];
    file.read(0, MemorySegment.ofArray(bytes));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ModelFormatException failure(String origin, String finding) {
    return new ModelFormatException(origin + ": header: " + finding);
  }
}
