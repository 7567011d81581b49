package puna.x64.code;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/// Machine code that can be called with the address of its argument struct. A call allocates
/// nothing. The caller has proved all bounds.
public final class Routine {
  private final String name;
  private final MemorySegment code;

  Routine(String name, long address) {
    this.name = name;
    // Of the global scope: a call then need not count itself in and out of the library's arena.
    this.code = MemorySegment.ofAddress(address);
  }

  public String name() {
    return name;
  }

  /// Where its code begins.
  public long address() {
    return code.address();
  }

  /// Runs it with `arguments`, which native memory holds.
  public void call(MemorySegment arguments) {
    try {
      call(arguments.address());
    } finally {
      Reference.reachabilityFence(arguments);
    }
  }

  /// Runs it with the argument struct at `address`.
  public void call(long address) {
    try {
      Calls.CALL.invokeExact(code, address);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) { // declared by MethodHandle.invokeExact, never thrown by a native call
      throw new IllegalStateException(e);
    }
  }

  /// Initialised with the first call, when the platform was found fit.
  private static final class Calls {
    @SuppressWarnings("restricted")
    static final MethodHandle CALL =
        Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(JAVA_LONG));
  }
}
