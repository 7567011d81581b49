package puna.x64.asm;

/// A mask register, k0 to k7.
public record Mask(int number) implements Operand {
  public Mask {
    if (number < 0 || number > 7) {
      throw new IllegalArgumentException("mask registers are 0 to 7, found " + number);
    }
  }

  public static Mask k(int number) {
    return new Mask(number);
  }
}
