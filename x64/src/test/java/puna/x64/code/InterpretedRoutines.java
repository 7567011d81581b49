package puna.x64.code;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import puna.x64.interpret.AddressSpace;
import puna.x64.interpret.Interpreter;

/// Routines whose code is interpreted: whoever calls one calls back into Java. An exception must
/// not leave such a call, so that the first failure is kept until it is asked for.
public final class InterpretedRoutines {
  private final AddressSpace memory;
  private final Arena arena;
  private Optional<RuntimeException> failure = Optional.empty();

  /// @param memory that the routines may touch
  /// @param arena for how long they may be called
  public InterpretedRoutines(AddressSpace memory, Arena arena) {
    this.memory = memory;
    this.arena = arena;
  }

  /// What `RoutineLibrary.load` makes executable, to be interpreted.
  public RoutineLibrary load(List<? extends Emitter> emitters) {
    Frame frame = Frame.of(Platform.current());
    Map<String, Routine> routines = new HashMap<>();
    for (Emitter emitter : emitters) {
      byte[] code = RoutineLibrary.assemble(emitter, frame);
      long address = entrance(emitter.name(), code).address();
      routines.put(emitter.name(), new Routine(emitter.name(), address));
    }
    return new RoutineLibrary(routines);
  }

  /// Throws what went wrong in any routine so far.
  public void rethrow() {
    failure.ifPresent(thrown -> {
      throw thrown;
    });
  }

  @SuppressWarnings("restricted")
  private MemorySegment entrance(String name, byte[] code) {
    try {
      MethodHandle call =
          MethodHandles.lookup()
              .bind(
                  new Entrance(this, name, code),
                  "accept",
                  MethodType.methodType(void.class, long.class));
      return Linker.nativeLinker().upcallStub(call, FunctionDescriptor.ofVoid(JAVA_LONG), arena);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// One routine.
  private record Entrance(InterpretedRoutines routines, String name, byte[] code)
      implements LongConsumer {
    @Override
    public void accept(long arguments) {
      try {
        new Interpreter(code, routines.memory).call(arguments);
      } catch (RuntimeException e) {
        if (routines.failure.isEmpty()) {
          routines.failure =
              Optional.of(new IllegalStateException("%s: %s".formatted(name, e.getMessage()), e));
        }
      }
    }
  }
}
