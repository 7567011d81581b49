package puna.x64.code;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.x64.asm.Assembler;

/// Routines that were assembled and loaded together, each aligned to 64 bytes.
public final class RoutineLibrary {
  private static final int ALIGNMENT = 64;
  private static final int BREAKPOINT = 0xCC; // INT3: what lies between routines must not run

  private final Map<String, Routine> routines;

  RoutineLibrary(Map<String, Routine> routines) {
    this.routines = Map.copyOf(routines);
  }

  /// Loads routines for the life of the process.
  ///
  /// @throws RefusedException when the system does not allow it
  public static RoutineLibrary load(List<? extends Emitter> emitters) {
    return load(emitters, SystemMemory.ofThisSystem(), Arena.global());
  }

  /// Loads routines until `arena` closes; none may run then or later.
  ///
  /// @throws RefusedException when the system does not allow it
  /// @throws IllegalArgumentException when two routines have one name
  public static RoutineLibrary load(
      List<? extends Emitter> emitters, SystemMemory memory, Arena arena) {
    if (emitters.isEmpty()) {
      return new RoutineLibrary(Map.of());
    }
    Frame frame = Frame.of(Platform.current());
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    Map<String, Integer> offsets = new LinkedHashMap<>();
    for (Emitter emitter : emitters) {
      while (code.size() % ALIGNMENT != 0) {
        code.write(BREAKPOINT);
      }
      if (offsets.put(emitter.name(), code.size()) != null) {
        throw new IllegalArgumentException(
            "two routines are called '%s'".formatted(emitter.name()));
      }
      code.writeBytes(assemble(emitter, frame));
    }
    long base = ExecutableMemory.load(code.toByteArray(), memory, arena).address();
    Map<String, Routine> routines = new HashMap<>();
    offsets.forEach((name, at) -> routines.put(name, new Routine(name, base + at)));
    return new RoutineLibrary(routines);
  }

  /// The whole code of one routine.
  static byte[] assemble(Emitter emitter, Frame frame) {
    Assembler asm = new Assembler();
    frame.emit(emitter, asm);
    try {
      return asm.finish();
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "routine '%s': %s".formatted(emitter.name(), e.getMessage()), e);
    }
  }

  /// @throws IllegalArgumentException when no routine is called so
  public Routine routine(String name) {
    Routine routine = routines.get(name);
    if (routine == null) {
      throw new IllegalArgumentException(
          "no routine is called '%s'; there are %s".formatted(name, routines.keySet()));
    }
    return routine;
  }
}
