package puna.x64.code;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.util.Arrays;
import java.util.HashSet;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;

/// The argument struct of a routine, shared by its emitter and its caller: named fields of 64 bits
/// each, one behind the other.
public final class ArgumentLayout {
  private final StructLayout layout;

  private ArgumentLayout(StructLayout layout) {
    this.layout = layout;
  }

  /// @throws IllegalArgumentException when a name comes twice or there is none
  public static ArgumentLayout of(String... names) {
    if (names.length == 0 || new HashSet<>(Arrays.asList(names)).size() != names.length) {
      throw new IllegalArgumentException(
          "fields need distinct names, found " + Arrays.toString(names));
    }
    return new ArgumentLayout(
        MemoryLayout.structLayout(
            Arrays.stream(names).map(JAVA_LONG::withName).toArray(MemoryLayout[]::new)));
  }

  /// Where a field lies, in bytes. Callers keep it as a constant.
  ///
  /// @throws IllegalArgumentException when no field is called so
  public long offset(String name) {
    return layout.byteOffset(PathElement.groupElement(name));
  }

  /// The field as an operand, where `base` holds the struct's address.
  public Mem field(Gp base, String name) {
    return Mem.at(base, Math.toIntExact(offset(name)));
  }

  public long byteSize() {
    return layout.byteSize();
  }

  public StructLayout layout() {
    return layout;
  }
}
