package puna.x64.asm;

import java.util.EnumSet;
import puna.x64.asm.VectorOp.Set;

/// Which operands an operation of the vector unit takes, where that does not follow from its place
/// in the table: an operand that it cannot take would become another instruction.
final class OperandRules {
  private static final EnumSet<VectorOp> WITH_IMMEDIATE =
      EnumSet.of(
          VectorOp.VPTERNLOGD,
          VectorOp.VPSRLW,
          VectorOp.VPSRAW,
          VectorOp.VPSLLW,
          VectorOp.VPSRLD,
          VectorOp.VPSRAD,
          VectorOp.VPSLLD,
          VectorOp.VPSRLQ,
          VectorOp.VPSLLQ,
          VectorOp.VPSHUFD,
          VectorOp.VPERMQ,
          VectorOp.VPERM2I128,
          VectorOp.VSHUFI32X4,
          VectorOp.VSHUFPS,
          VectorOp.VPALIGNR,
          VectorOp.VPBLENDW,
          VectorOp.VPBLENDD,
          VectorOp.VEXTRACTI128,
          VectorOp.VEXTRACTI32X4,
          VectorOp.VEXTRACTI64X4,
          VectorOp.VINSERTI128,
          VectorOp.VINSERTI32X4,
          VectorOp.VINSERTI64X4,
          VectorOp.VPERMILPS,
          VectorOp.VCMPPS,
          VectorOp.VROUNDPS,
          VectorOp.VRNDSCALEPS,
          VectorOp.VCVTPS2PH);

  private static final EnumSet<VectorOp> MEMORY_ONLY =
      EnumSet.of(
          VectorOp.VMOVSS,
          VectorOp.VMOVSS_STORE,
          VectorOp.VMOVD,
          VectorOp.VMOVD_STORE,
          VectorOp.VMASKMOVPS,
          VectorOp.VMASKMOVPS_STORE,
          VectorOp.VMOVNTPS_STORE,
          VectorOp.VBROADCASTI128,
          VectorOp.VBROADCASTI32X4,
          VectorOp.VBROADCASTI64X4);

  private static final EnumSet<VectorOp> WITHOUT_MASK =
      EnumSet.of(
          VectorOp.VMOVD,
          VectorOp.VMOVD_STORE,
          VectorOp.VMOVQ,
          VectorOp.VMOVQ_STORE,
          VectorOp.VMOVNTPS_STORE,
          VectorOp.VMOVHLPS);

  private static final EnumSet<VectorOp> AT_LEAST_256 =
      EnumSet.of(
          VectorOp.VBROADCASTI128,
          VectorOp.VBROADCASTI32X4,
          VectorOp.VPERMD,
          VectorOp.VPERMPS,
          VectorOp.VPERMQ,
          VectorOp.VPERM2I128,
          VectorOp.VSHUFI32X4,
          VectorOp.VEXTRACTI128,
          VectorOp.VEXTRACTI32X4,
          VectorOp.VINSERTI128,
          VectorOp.VINSERTI32X4);

  private static final EnumSet<VectorOp> ONLY_512 =
      EnumSet.of(VectorOp.VBROADCASTI64X4, VectorOp.VEXTRACTI64X4, VectorOp.VINSERTI64X4);

  private OperandRules() {}

  /// @param written the register that may carry a mask
  /// @throws IllegalArgumentException when the operation cannot be written so
  static void check(VectorOp op, int bits, boolean immediate, Operand rm, Vec written) {
    if (immediate != takesImmediate(op)) {
      throw new IllegalArgumentException(
          op + (immediate ? " takes no immediate" : " needs an immediate"));
    }
    if (!allowsBits(op, bits)) {
      throw new IllegalArgumentException("%s has no form of %s bits".formatted(op, bits));
    }
    if (rm instanceof Mem ? !allowsMemory(op) : !allowsRegisters(op)) {
      throw new IllegalArgumentException(
          op + (rm instanceof Mem ? " takes no memory operand" : " needs a memory operand"));
    }
    if (written.mask() != 0 && !allowsMask(op)) {
      throw new IllegalArgumentException(op + " takes no mask");
    }
    if (written.mask() != 0
        && written.masking() == Vec.Masking.ZERO
        && op.form == VectorOp.Form.MR
        && rm instanceof Mem) {
      throw new IllegalArgumentException(op + " cannot zero memory that its mask leaves out");
    }
  }

  static boolean takesImmediate(VectorOp op) {
    return WITH_IMMEDIATE.contains(op);
  }

  /// Whether the operation exists at a width; scalar ones have 128 bits.
  static boolean allowsBits(VectorOp op, int bits) {
    boolean scalar = op.tuple.isScalar() && !op.isBroadcast() || op == VectorOp.VMOVHLPS;
    int least = ONLY_512.contains(op) ? 512 : AT_LEAST_256.contains(op) ? 256 : 128;
    int most = scalar ? 128 : op.set == Set.VEX ? 256 : 512;
    return bits >= least && bits <= most;
  }

  static boolean allowsMemory(VectorOp op) {
    return op != VectorOp.VMOVHLPS;
  }

  static boolean allowsRegisters(VectorOp op) {
    return !MEMORY_ONLY.contains(op);
  }

  static boolean allowsMask(VectorOp op) {
    return op.set != Set.VEX && !WITHOUT_MASK.contains(op);
  }
}
