package puna.checkpoint.meta;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import puna.error.ModelFormatException;
import puna.text.FileText;

/// The bytes of a pickle, read one field after the other, and the heap that what is made of them
/// may take.
final class PickleInput {
  /// What the values of one pickle may take: those of the largest models take about a megabyte.
  private static final long MOST_MEMORY = 64L << 20;

  private static final int LONGEST_TEXT = 1 << 16;

  private final ByteBuffer bytes;
  private final String origin;
  private int instruction;
  private long memory = MOST_MEMORY;

  /// @param origin the names of the file and the entry, for messages
  PickleInput(byte[] pickle, String origin) {
    this.bytes = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    this.origin = origin;
  }

  /// The next instruction, which messages name from now on.
  int instruction() {
    instruction = bytes.position();
    return uint8();
  }

  int uint8() {
    require(1);
    return Byte.toUnsignedInt(bytes.get());
  }

  int uint16() {
    require(2);
    return Short.toUnsignedInt(bytes.getShort());
  }

  int int32() {
    require(4);
    return bytes.getInt();
  }

  long int64() {
    require(8);
    return bytes.getLong();
  }

  /// An integer of as many bytes as one before it says, 8 at most.
  long integer() {
    int count = uint8();
    if (count > 8) {
      throw failure("an integer may have 8 bytes at most, found " + count);
    }
    require(count);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (long) Byte.toUnsignedInt(bytes.get()) << (8 * i);
    }
    int unused = 64 - 8 * count;
    return count == 0 ? 0 : value << unused >> unused;
  }

  String text(int length) {
    if (length < 0 || length > LONGEST_TEXT) {
      throw failure(
          "a text may have %s bytes at most, found %s"
              .formatted(LONGEST_TEXT, Integer.toUnsignedString(length)));
    }
    require(length);
    charge(64 + 2L * length);
    String text = FileText.read(bytes.array(), bytes.position(), length);
    bytes.position(bytes.position() + length);
    return text;
  }

  /// The text up to the end of the line.
  String line() {
    int length = 0;
    int left = Math.min(bytes.remaining(), LONGEST_TEXT);
    while (length < left && bytes.get(bytes.position() + length) != '\n') {
      length++;
    }
    String text = text(length);
    if (uint8() != '\n') {
      throw failure("a line may have %s bytes at most, found more".formatted(LONGEST_TEXT));
    }
    return text;
  }

  boolean hasMore() {
    return bytes.hasRemaining();
  }

  /// Notes that the heap is about to grow by so many bytes.
  void charge(long count) {
    memory -= count;
    if (memory < 0) {
      throw failure(
          "its values may take %s MiB of memory, found more".formatted(MOST_MEMORY >> 20));
    }
  }

  private void require(int count) {
    if (count > bytes.remaining()) {
      throw failure("%s more bytes must follow, found %s".formatted(count, bytes.remaining()));
    }
  }

  ModelFormatException failure(String finding) {
    return new ModelFormatException("%s: byte %s: %s".formatted(origin, instruction, finding));
  }
}
