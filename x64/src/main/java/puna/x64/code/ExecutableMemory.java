package puna.x64.code;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Machine code that can be run: mapped, written, then made executable; never writable and
/// executable at once.
public final class ExecutableMemory {
  private ExecutableMemory() {}

  /// Puts `code` where it can be run, until `arena` closes. Its first byte is aligned to a page.
  ///
  /// @throws RefusedException when the system does not allow it
  @SuppressWarnings("restricted")
  public static MemorySegment load(byte[] code, SystemMemory memory, Arena arena) {
    if (code.length == 0) {
      throw new IllegalArgumentException("there is no code to load");
    }
    long address = memory.map(code.length);
    try {
      MemorySegment.copy(
          code,
          0,
          MemorySegment.ofAddress(address).reinterpret(code.length),
          ValueLayout.JAVA_BYTE,
          0,
          code.length);
      memory.makeExecutable(address, code.length);
    } catch (RefusedException e) {
      memory.unmap(address, code.length);
      throw e;
    }
    return MemorySegment.ofAddress(address)
        .reinterpret(code.length, arena, _ -> memory.unmap(address, code.length))
        .asReadOnly();
  }
}
