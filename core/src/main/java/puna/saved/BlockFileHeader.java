package puna.saved;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import puna.backend.KvType;
import puna.error.SavedStateException;

/// The first bytes of a file of blocks, little-endian.
///
/// | bytes | content |
/// |---|---|
/// | 0..7 | `PUNA-KV` and a line feed |
/// | 8..11 | version: 1, or 2 where some entries lack near layers |
/// | 12..15 | bytes of this header, 128 |
/// | 16..47 | the model's fingerprint |
/// | 48..63 | layers, KV heads, head size, positions of a block |
/// | 64..71 | types of the cache's keys and values: 0 f16, 1 f32, 2 q8_0, 3 q4_0 |
/// | 72..79 | types of keys and values in this file: the same, or 2 |
/// | 80..83 | entries |
/// | 84..87 | CRC-32C of the messages |
/// | 88..95 | bytes of the messages |
/// | 96..99 | how many of the entries lack near layers |
/// | 100..103 | layers of such an entry |
/// | 104..123 | zeros |
/// | 124..127 | CRC-32C of all before it |
///
/// Behind it come the messages, as a JSON array in UTF-8, and then the entries: the entry that it
/// follows, counted from 1, or 0 for none, with the highest bit set where it lacks near layers; a
/// CRC-32C of all else in the entry; the token ids; keys and values. All are of one size, but for
/// those that lack layers.
///
/// @param stored the form of blocks in the file
/// @param messageSum CRC-32C of the messages
record BlockFileHeader(
    Fingerprint fingerprint,
    BlockForm cached,
    BlockForm stored,
    int entries,
    Fewer fewer,
    int messageSum,
    long messageBytes) {
  static final int BYTES = 128;
  static final int ENTRY_HEAD = 8;

  /// In the first number of an entry without near layers.
  static final int LACKS_NEAR = 1 << 31;

  private static final byte[] MAGIC = "PUNA-KV\n".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int VERSION_WITH_FEWER = 2;
  private static final int SUM_AT = 124;
  private static final KvType[] TYPES = {KvType.F16, KvType.F32, KvType.Q8_0, KvType.Q4_0};

  /// Entries that lack near layers.
  ///
  /// @param layers that they have
  record Fewer(int entries, int layers) {
    static final Fewer NONE = new Fewer(0, 0);
  }

  /// All entries have all layers.
  BlockFileHeader(
      Fingerprint fingerprint,
      BlockForm cached,
      BlockForm stored,
      int entries,
      int messageSum,
      long messageBytes) {
    this(fingerprint, cached, stored, entries, Fewer.NONE, messageSum, messageBytes);
  }

  /// Bytes of one entry.
  long entryBytes() {
    return entryBytes(stored);
  }

  /// Bytes of one entry that lacks near layers.
  long fewerBytes() {
    return entryBytes(stored.withLayers(fewer.layers));
  }

  private static long entryBytes(BlockForm form) {
    return ENTRY_HEAD + 4L * form.blockPositions() + form.bytes();
  }

  /// Bytes of all entries; meaningful where those of one are no more than a buffer has.
  long allEntryBytes() {
    return (entries - fewer.entries) * entryBytes() + fewer.entries * fewerBytes();
  }

  static int sum(ByteBuffer... parts) {
    CRC32C sum = new CRC32C();
    for (ByteBuffer part : parts) {
      sum.update(part.duplicate());
    }
    return (int) sum.getValue();
  }

  ByteBuffer encoded() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int version = fewer.entries == 0 ? VERSION : VERSION_WITH_FEWER;
    bytes.put(MAGIC).putInt(version).putInt(BYTES).put(fingerprint.bytes());
    bytes.putInt(cached.layers()).putInt(cached.kvHeads());
    bytes.putInt(cached.headSize()).putInt(cached.blockPositions());
    bytes.putInt(code(cached.keyType())).putInt(code(cached.valueType()));
    bytes.putInt(code(stored.keyType())).putInt(code(stored.valueType()));
    bytes.putInt(entries).putInt(messageSum).putLong(messageBytes);
    bytes.putInt(fewer.entries).putInt(fewer.layers);
    bytes.putInt(SUM_AT, sum(bytes.duplicate().position(0).limit(SUM_AT)));
    return bytes.clear();
  }

  private static int code(KvType type) {
    return Arrays.asList(TYPES).indexOf(type);
  }

  /// @param bytes `BYTES` of them
  /// @param origin the file's name, for messages
  /// @throws SavedStateException when they are no header
  static BlockFileHeader decoded(ByteBuffer bytes, String origin) {
    ByteBuffer header = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    header.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw wrong(origin, 0, "must begin with PUNA-KV", HexFormat.of().formatHex(magic));
    }
    int version = header.getInt(8);
    boolean isKnown = version == VERSION || version == VERSION_WITH_FEWER;
    require(origin, 8, "the version must be 1 or 2", isKnown, header);
    require(origin, 12, "the header must have " + BYTES, header.getInt(12) == BYTES, header);
    int found = header.getInt(SUM_AT);
    int sum = sum(header.duplicate().position(0).limit(SUM_AT));
    require(origin, SUM_AT, "the header's checksum must be " + sum, found == sum, header);
    for (int at = 48; at < 64; at += 4) {
      require(origin, at, "an extent must be 1 or more", header.getInt(at) > 0, header);
    }
    for (int at = 64; at < 80; at += 4) {
      int code = header.getInt(at);
      require(origin, at, "a type must be from 0 to 3", code >= 0 && code < TYPES.length, header);
    }
    require(origin, 80, "there must be 0 entries or more", header.getInt(80) >= 0, header);
    Fewer fewer = version == VERSION ? Fewer.NONE : fewer(header, origin);
    byte[] name = new byte[Fingerprint.BYTES];
    header.get(16, name);
    return new BlockFileHeader(
        Fingerprint.ofBytes(name),
        form(header, 64),
        form(header, 72),
        header.getInt(80),
        fewer,
        header.getInt(84),
        header.getLong(88));
  }

  private static Fewer fewer(ByteBuffer header, String origin) {
    Fewer fewer = new Fewer(header.getInt(96), header.getInt(100));
    boolean isSome = fewer.entries > 0 && fewer.entries <= header.getInt(80);
    require(origin, 96, "some of the entries must lack near layers", isSome, header);
    boolean isLess = fewer.layers >= 0 && fewer.layers < header.getInt(48);
    require(origin, 100, "those must have fewer layers", isLess, header);
    return fewer;
  }

  private static BlockForm form(ByteBuffer header, int typesAt) {
    return new BlockForm(
        header.getInt(48),
        header.getInt(52),
        header.getInt(56),
        header.getInt(60),
        TYPES[header.getInt(typesAt)],
        TYPES[header.getInt(typesAt + 4)]);
  }

  private static void require(
      String origin, int at, String rule, boolean isKept, ByteBuffer header) {
    if (!isKept) {
      throw wrong(origin, at, rule, String.valueOf(header.getInt(at)));
    }
  }

  static SavedStateException wrong(String origin, long at, String rule, String found) {
    return new SavedStateException("%s: byte %s: %s, found %s".formatted(origin, at, rule, found));
  }
}
