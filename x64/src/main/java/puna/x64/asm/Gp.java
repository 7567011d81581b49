package puna.x64.asm;

/// The general registers, 64 bits wide, in the order of their numbers.
public enum Gp {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  int number() {
    return ordinal();
  }
}
