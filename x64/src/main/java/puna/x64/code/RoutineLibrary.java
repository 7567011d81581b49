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

  private final Map<String, Routine> routines = new HashMap<>();

  private RoutineLibrary() {}

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
    RoutineLibrary library = new RoutineLibrary();
    if (emitters.isEmpty()) {
      return library;
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
    offsets.forEach((name, at) -> library.routines.put(name, new Routine(name, base + at)));
    return library;
  }

  private static byte[] assemble(Emitter emitter, Frame frame) {
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
