package puna.x64.asm;

import org.jspecify.annotations.Nullable;

/// An operand in memory: `[base + index·scale + displacement]`, or `[rip + label]`.
///
/// @param base null only for a RIP-relative operand
/// @param index any register but RSP; null for none
/// @param scale 1, 2, 4 or 8
/// @param label the RIP-relative place; null for none
/// @param broadcast whether one element is read and repeated over all lanes
public record Mem(
    @Nullable Gp base,
    @Nullable Gp index,
    int scale,
    int displacement,
    @Nullable Label label,
    boolean broadcast)
    implements Operand {

  public Mem {
    if (index == Gp.RSP) {
      throw new IllegalArgumentException("RSP cannot be an index");
    }
    if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
      throw new IllegalArgumentException("a scale is 1, 2, 4 or 8, found " + scale);
    }
    if ((base == null) == (label == null)) {
      throw new IllegalArgumentException("an operand has either a base register or a label");
    }
  }

  public static Mem at(Gp base) {
    return at(base, 0);
  }

  public static Mem at(Gp base, int displacement) {
    return new Mem(base, null, 1, displacement, null, false);
  }

  public static Mem at(Gp base, Gp index, int scale) {
    return at(base, index, scale, 0);
  }

  public static Mem at(Gp base, Gp index, int scale, int displacement) {
    return new Mem(base, index, scale, displacement, null, false);
  }

  /// A place in the code or among its constants.
  public static Mem at(Label label) {
    return new Mem(null, null, 1, 0, label, false);
  }

  /// The same place, further on.
  public Mem plus(int bytes) {
    return new Mem(base, index, scale, displacement + bytes, label, broadcast);
  }

  /// One element of it for all lanes.
  public Mem broadcasting() {
    return new Mem(base, index, scale, displacement, label, true);
  }
}
