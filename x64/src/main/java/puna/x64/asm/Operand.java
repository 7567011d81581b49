package puna.x64.asm;

/// What an instruction of the vector unit works on.
public sealed interface Operand permits Vec, Mask, Mem {}
