package puna.vector;

import java.util.OptionalInt;

/// The system properties of this module; nothing else here reads any.
final class VectorSettings {
  static final String BITS = "puna.vector.bits";

  private VectorSettings() {}

  /// `puna.vector.bits`: the widest vectors that may be used (512, 256 or 128).
  static OptionalInt bits() {
    String text = System.getProperty(BITS, "");
    try {
      int value = Integer.parseInt(text);
      return value > 0 ? OptionalInt.of(value) : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
