package puna.x64.interpret;

/// A decoded instruction.
///
/// @param vex whether it has a VEX prefix
/// @param map the opcode map: 0 for one byte, 1 for 0F, 2 for 0F 38, 3 for 0F 3A
/// @param prefix the mandatory prefix as VEX counts it: 0 none, 1 for 66, 2 for F3, 3 for F2
/// @param w REX.W or VEX.W
/// @param bits of a vector
/// @param reg ModRM's register, or the register in the opcode
/// @param other VEX's second source
/// @param rm the register that ModRM names last, or `MEMORY`
/// @param address of the operand in memory
record Instruction(
    boolean vex,
    int map,
    int prefix,
    int opcode,
    int w,
    int bits,
    int reg,
    int other,
    int rm,
    long address,
    long immediate) {
  static final int MEMORY = -1;

  boolean hasMemory() {
    return rm == MEMORY;
  }

  /// The instruction for people, as the numbers of its encoding.
  @Override
  public String toString() {
    return "%s map %s, prefix %s, opcode %02x, W%s, reg %s"
        .formatted(vex ? "VEX." + bits : "legacy", map, prefix, opcode, w, reg);
  }
}
