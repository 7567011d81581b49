package puna;

import java.util.Locale;

/// A family of kernels for the CPU. There will be more, for other processors.
public enum KernelTier {
  /// Machine code for x86-64 with AVX2 or more.
  X64,
  /// The JDK's Vector API, for any processor that it knows.
  VECTOR,
  /// Plain Java: the slow and simple twin that the others are compared with.
  SCALAR;

  /// The name by which the tier's provider knows it.
  String providerName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
