package puna.x64.code;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// Looks functions of the system up and calls them.
public final class NativeCalls {
  private NativeCalls() {}

  /// A call that may throw anything, as method handles declare.
  @FunctionalInterface
  public interface Call {
    long run() throws Throwable;
  }

  /// @throws RefusedException when the library lacks the function
  @SuppressWarnings("restricted")
  public static MethodHandle find(
      SymbolLookup library, String name, FunctionDescriptor descriptor, Linker.Option... options) {
    MemorySegment symbol =
        library
            .find(name)
            .orElseThrow(() -> new RefusedException("the system has no function '" + name + "'"));
    return Linker.nativeLinker().downcallHandle(symbol, descriptor, options);
  }

  /// Runs a call; what method handles might throw in theory becomes an `IllegalStateException`.
  @SuppressWarnings("IllegalCatch")
  public static long run(Call call) {
    try {
      return call.run();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) { // declared by MethodHandle.invokeExact, never thrown by a native call
      throw new IllegalStateException(e);
    }
  }
}
