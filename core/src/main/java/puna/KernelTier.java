package puna;

import java.util.Locale;

/// A family of CPU kernels. More may be added, so a `switch` needs a `default`.
public enum KernelTier {
  /// Machine code for x86-64 with AVX2 or better (module `puna.x64`).
  X64,
  /// The JDK's Vector API, for every processor that it supports (module `puna.vector`).
  VECTOR,
  /// Plain Java, always there: slow and simple, the reference that the others are tested against.
  SCALAR;

  /// The name by which the tier's provider knows it.
  String providerName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
