package puna.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.Optional;
import puna.error.ModelReadException;

/// Bytes in memory or in a file, read by place. Threads may read at the same time.
///
/// Reading copies: a file that another process cuts short or overwrites gives a
/// [ModelReadException] then, where memory that is mapped to it gives a fault.
public interface StoredBytes {
  long size();

  /// Fills `target` with the bytes from `from` on.
  ///
  /// @throws IndexOutOfBoundsException when they are not all within these bytes
  /// @throws ModelReadException when the file has them no longer, or cannot be read
  void read(long from, MemorySegment target);

  /// A part of these bytes.
  ///
  /// @throws IndexOutOfBoundsException when it is not within these bytes
  StoredBytes slice(long from, long size);

  /// The bytes where they lie in memory, read-only, valid as long as what they belong to is open;
  /// empty where they lie in a file alone.
  Optional<MemorySegment> memory();

  /// How many bytes one call should ask for: some cost as much to read as others beside them do
  /// together. 1 where it does not matter.
  default long together() {
    return 1;
  }

  /// All bytes, copied to the heap.
  ///
  /// @throws ModelReadException as `read`
  default byte[] toArray() {
    byte[] bytes = new byte[Math.toIntExact(size())];
    read(0, MemorySegment.ofArray(bytes));
    return bytes;
  }

  /// Bytes that lie in memory.
  static StoredBytes of(MemorySegment memory) {
    return new InMemory(memory.asReadOnly());
  }

  /// @param segment read-only
  record InMemory(MemorySegment segment) implements StoredBytes {
    @Override
    public long size() {
      return segment.byteSize();
    }

    @Override
    public void read(long from, MemorySegment target) {
      long size = target.byteSize();
      MemorySegment.copy(
          segment, ValueLayout.JAVA_BYTE, from, target, ValueLayout.JAVA_BYTE, 0, size);
    }

    @Override
    public StoredBytes slice(long from, long size) {
      Objects.checkFromIndexSize(from, size, size());
      return new InMemory(segment.asSlice(from, size));
    }

    @Override
    public Optional<MemorySegment> memory() {
      return Optional.of(segment);
    }
  }
}
