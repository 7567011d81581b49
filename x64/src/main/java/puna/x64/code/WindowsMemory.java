package puna.x64.code;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// Memory by `VirtualAlloc`, `VirtualProtect` and `VirtualFree` of `kernel32`: Windows.
public final class WindowsMemory implements SystemMemory {
  private static final int COMMIT_AND_RESERVE = 0x3000; // MEM_COMMIT | MEM_RESERVE
  private static final int RELEASE = 0x8000; // MEM_RELEASE: takes size 0
  private static final int READ_WRITE = 0x04; // PAGE_READWRITE
  private static final int EXECUTE_READ = 0x20; // PAGE_EXECUTE_READ
  private static final long CURRENT_PROCESS = -1; // what GetCurrentProcess returns

  private final MethodHandle virtualAlloc;
  private final MethodHandle virtualProtect;
  private final MethodHandle virtualFree;
  private final MethodHandle flushInstructionCache;

  @SuppressWarnings("restricted")
  WindowsMemory() {
    SymbolLookup library;
    try {
      library = SymbolLookup.libraryLookup("kernel32", Arena.global());
    } catch (IllegalArgumentException e) {
      throw new RefusedException("kernel32 cannot be opened", e);
    }
    virtualAlloc =
        NativeCalls.find(
            library,
            "VirtualAlloc",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
    virtualProtect =
        NativeCalls.find(
            library,
            "VirtualProtect",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS));
    virtualFree =
        NativeCalls.find(
            library,
            "VirtualFree",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    flushInstructionCache =
        NativeCalls.find(
            library,
            "FlushInstructionCache",
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }

  @Override
  public long map(long bytes) {
    long address =
        NativeCalls.run(
            () -> (long) virtualAlloc.invokeExact(0L, bytes, COMMIT_AND_RESERVE, READ_WRITE));
    if (address == 0) {
      throw new RefusedException("VirtualAlloc of %s bytes is refused".formatted(bytes));
    }
    return address;
  }

  @Override
  public void makeExecutable(long address, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment before = arena.allocate(JAVA_INT);
      long done =
          NativeCalls.run(
              () -> (int) virtualProtect.invokeExact(address, bytes, EXECUTE_READ, before));
      if (done == 0) {
        throw new RefusedException("VirtualProtect to readable and executable is refused");
      }
    }
    long _ =
        NativeCalls.run(
            () -> (int) flushInstructionCache.invokeExact(CURRENT_PROCESS, address, bytes));
  }

  @Override
  public void unmap(long address, long bytes) {
    long _ = NativeCalls.run(() -> (int) virtualFree.invokeExact(address, 0L, RELEASE));
  }

  /// Large pages need a privilege that users do not have, so none are asked for.
  @Override
  public boolean adviseHuge(long address, long bytes) {
    return false;
  }
}
