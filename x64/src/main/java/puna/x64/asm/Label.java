package puna.x64.asm;

/// A place in the code that jumps and RIP-relative operands name. It belongs to one assembler.
public final class Label {
  static final int UNBOUND = -1;

  private int position = UNBOUND;

  int position() {
    return position;
  }

  void bind(int at) {
    if (position != UNBOUND) {
      throw new IllegalStateException("a label is bound once; it is already at " + position);
    }
    position = at;
  }
}
