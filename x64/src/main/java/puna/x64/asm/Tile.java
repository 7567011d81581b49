package puna.x64.asm;

/// An AMX tile register, tmm0 to tmm7.
public record Tile(int number) {
  public Tile {
    if (number < 0 || number > 7) {
      throw new IllegalArgumentException("tiles are 0 to 7, found " + number);
    }
  }

  public static Tile tmm(int number) {
    return new Tile(number);
  }
}
