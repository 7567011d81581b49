package puna.x64.code;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// Memory by `mmap`, `mprotect`, `munmap` and `madvise`: Linux and macOS.
public final class PosixMemory implements SystemMemory {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE = 2;
  private static final int NO_FILE = -1;
  private static final int NO_ADVICE = -1;
  private static final int NEEDED = 3; // MADV_WILLNEED of both
  private static final long PAGE = 4096;
  private static final long MAP_FAILED = -1;

  private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
  private static final long ERRNO_OFFSET =
      ERRNO.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private final Numbers numbers;
  private final MethodHandle mmap;
  private final MethodHandle mprotect;
  private final MethodHandle munmap;
  private final MethodHandle madvise;

  /// The constants in which the systems differ.
  ///
  /// @param anonymous the flag of `mmap` for memory without a file
  /// @param hugePages the advice for huge pages; -1 where there is none
  record Numbers(int anonymous, int hugePages) {
    /// `MAP_ANONYMOUS` and `MADV_HUGEPAGE` of Linux's `mman.h`.
    static final Numbers LINUX = new Numbers(0x20, 14);

    /// `MAP_ANON` of macOS's `mman.h`. It has no advice for huge pages.
    static final Numbers MACOS = new Numbers(0x1000, NO_ADVICE);
  }

  @SuppressWarnings("restricted")
  PosixMemory(Numbers numbers) {
    this.numbers = numbers;
    SymbolLookup library = Linker.nativeLinker().defaultLookup();
    Linker.Option errno = Linker.Option.captureCallState("errno");
    mmap =
        NativeCalls.find(
            library,
            "mmap",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG),
            errno);
    FunctionDescriptor withInt = FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
    mprotect = NativeCalls.find(library, "mprotect", withInt, errno);
    munmap =
        NativeCalls.find(library, "munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    madvise = NativeCalls.find(library, "madvise", withInt);
  }

  @Override
  public long map(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO);
      int flags = PRIVATE | numbers.anonymous();
      long address =
          NativeCalls.run(
              () -> (long) mmap.invokeExact(state, 0L, bytes, READ | WRITE, flags, NO_FILE, 0L));
      if (address == MAP_FAILED) {
        throw new RefusedException(
            "mmap of %s bytes is refused (errno %s)".formatted(bytes, errno(state)));
      }
      return address;
    }
  }

  @Override
  public void makeExecutable(long address, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(ERRNO);
      long result =
          NativeCalls.run(() -> (int) mprotect.invokeExact(state, address, bytes, READ | EXECUTE));
      if (result != 0) {
        throw new RefusedException(
            "mprotect to readable and executable is refused (errno %s)".formatted(errno(state)));
      }
    }
  }

  private static int errno(MemorySegment state) {
    return state.get(JAVA_INT, ERRNO_OFFSET);
  }

  @Override
  public void unmap(long address, long bytes) {
    long _ = NativeCalls.run(() -> (int) munmap.invokeExact(address, bytes));
  }

  @Override
  public boolean adviseHuge(long address, long bytes) {
    int advice = numbers.hugePages();
    return advice != NO_ADVICE
        && NativeCalls.run(() -> (int) madvise.invokeExact(address, bytes, advice)) == 0;
  }

  @Override
  public boolean readsAhead() {
    return true;
  }

  @Override
  public boolean adviseNeeded(long address, long bytes) {
    long first = address & -PAGE;
    long size = address + bytes - first;
    return NativeCalls.run(() -> (int) madvise.invokeExact(first, size, NEEDED)) == 0;
  }
}
