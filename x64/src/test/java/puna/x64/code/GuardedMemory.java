package puna.x64.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Buffers that end where memory ends: behind each lies a page that was given back, so that reading
/// or writing past the end brings the test's JVM down. What alignment leaves free before and behind
/// is filled with a pattern, which must still be there in the end.
public final class GuardedMemory implements Arena {
  private static final long PAGE = 4096;
  private static final byte PATTERN = (byte) 0xA5;

  private final SystemMemory system = SystemMemory.ofThisSystem();
  private final List<Guarded> all = new ArrayList<>();

  private final Arena scope = Arena.ofShared();

  private record Guarded(MemorySegment pages, long from, long size) {}

  /// Such memory, or an ordinary arena where the system does not give back single pages.
  public static Arena whereItCan() {
    return Platform.current() == Platform.LINUX ? new GuardedMemory() : Arena.ofShared();
  }

  @Override
  public MemorySegment.Scope scope() {
    return scope.scope();
  }

  @Override
  @SuppressWarnings("restricted")
  public MemorySegment allocate(long size, long alignment) {
    long bytes = Math.ceilDiv(Math.max(size, 1), PAGE) * PAGE;
    long address = system.map(bytes + PAGE);
    system.unmap(address + bytes, PAGE);
    MemorySegment pages = MemorySegment.ofAddress(address).reinterpret(bytes, scope, none -> {});
    long from = (bytes - size) / alignment * alignment;
    pages.fill(PATTERN);
    pages.asSlice(from, size).fill((byte) 0);
    all.add(new Guarded(pages, from, size));
    return pages.asSlice(from, size);
  }

  @Override
  public void close() {
    for (Guarded guarded : all) {
      assertPattern(guarded.pages(), 0, guarded.from());
      assertPattern(guarded.pages(), guarded.from() + guarded.size(), guarded.pages().byteSize());
      system.unmap(guarded.pages().address(), guarded.pages().byteSize());
    }
    scope.close();
  }

  private static void assertPattern(MemorySegment pages, long from, long to) {
    for (long at = from; at < to; at++) {
      if (pages.get(ValueLayout.JAVA_BYTE, at) != PATTERN) {
        assertThat(at).as("a byte outside of a buffer was written").isNegative();
      }
    }
  }
}
