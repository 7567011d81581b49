package puna.x64.interpret;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The memory that interpreted code may touch: segments by where they begin. Whatever lies between
/// them is a mistake of the code.
public final class AddressSpace {
  private final TreeMap<Long, MemorySegment> segments = new TreeMap<>();
  private final @Nullable AddressSpace shared;

  public AddressSpace() {
    this(null);
  }

  private AddressSpace(@Nullable AddressSpace shared) {
    this.shared = shared;
  }

  /// Adds native memory at its own address.
  public void add(MemorySegment segment) {
    add(segment.address(), segment);
  }

  /// Adds memory that the code sees at `address`.
  void add(long address, MemorySegment segment) {
    if (segment.byteSize() > 0) {
      segments.put(address, segment);
    }
  }

  /// These segments as they are when they are asked for, and one more.
  AddressSpace with(long address, MemorySegment segment) {
    AddressSpace more = new AddressSpace(this);
    more.add(address, segment);
    return more;
  }

  byte[] read(long address, int size) {
    byte[] bytes = new byte[size];
    MemorySegment.copy(at(address, size, "read"), ValueLayout.JAVA_BYTE, 0, bytes, 0, size);
    return bytes;
  }

  void write(long address, byte[] bytes, int size) {
    MemorySegment target = at(address, size, "written");
    if (target.isReadOnly()) {
      throw new IllegalStateException(
          "%s bytes of code at %#x are written".formatted(size, address));
    }
    MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, size);
  }

  private Map.@Nullable Entry<Long, MemorySegment> below(long address) {
    Map.Entry<Long, MemorySegment> own = segments.floorEntry(address);
    return own != null && holds(own, address) || shared == null ? own : shared.below(address);
  }

  private static boolean holds(Map.Entry<Long, MemorySegment> entry, long address) {
    return address - entry.getKey() < entry.getValue().byteSize();
  }

  private MemorySegment at(long address, int size, String done) {
    Map.Entry<Long, MemorySegment> below = below(address);
    if (below != null) {
      long offset = address - below.getKey();
      if (offset <= below.getValue().byteSize() - size) {
        return below.getValue().asSlice(offset, size);
      }
    }
    throw new IllegalStateException(
        "%s bytes at %#x are %s, which no buffer has".formatted(size, address, done));
  }
}
