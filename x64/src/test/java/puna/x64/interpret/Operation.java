package puna.x64.interpret;

/// What a vector instruction does, beside where its operands are.
///
/// @param operands how many registers and memory it names
/// @param w what VEX.W must be, or `ANY`
/// @param part what part of a vector an operand in memory has: 1 for all, 4 for a quarter; or
///   `SCALAR`, 32 bits
record Operation(Operands operands, int w, int part, Effect effect) {
  static final int ANY = -1;
  static final int SCALAR = 0;

  /// Which operands there are.
  enum Operands {
    /// `reg ← rm`.
    TWO,
    /// `reg ← vvvv, rm`.
    THREE,
    /// `vvvv ← rm`, with a digit in the place of reg.
    SHIFT,
    /// `rm ← reg`.
    STORE
  }

  /// Computes the target's lanes.
  @FunctionalInterface
  interface Effect {
    /// @param target with what it held before
    /// @param first the operand in vvvv
    /// @param second the operand in rm, or what is stored
    /// @param with the bytes of a vector and the immediate
    void compute(Lanes target, Lanes first, Lanes second, With with);
  }

  /// What else an instruction says.
  record With(int bytes, int immediate) {
    int words() {
      return bytes / 2;
    }

    int dwords() {
      return bytes / 4;
    }
  }

  int memoryBytes(int bits) {
    return part == SCALAR ? 4 : bits / 8 / part;
  }
}
