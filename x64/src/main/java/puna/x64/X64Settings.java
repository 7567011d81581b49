package puna.x64;

import java.util.Locale;
import java.util.Optional;
import puna.x64.kernel.TokenPlanes.Planes;

/// What the environment says to this module: the only place that reads system properties.
final class X64Settings {
  /// The property that caps the tier: `avx2`, `vnni`, `bf16`, `amx`, or `off`.
  static final String TIER = "puna.x64.tier";

  /// The property that says how many bits activations have in quantized products: 8 or 15.
  static final String ACTIVATIONS = "puna.x64.activations";

  private X64Settings() {}

  /// `puna.x64.tier`, in lower case; empty where it is not set.
  static Optional<String> tier() {
    String value = System.getProperty(TIER);
    return value == null || value.isBlank()
        ? Optional.empty()
        : Optional.of(value.strip().toLowerCase(Locale.ROOT));
  }

  /// `puna.x64.activations`: 8 for one plane of bytes, faster in long prompts and less exact;
  /// anything else, and by default, 15 bits.
  static Planes activations() {
    return "8".equals(System.getProperty(ACTIVATIONS)) ? Planes.ONE : Planes.TWO;
  }

  /// The operating system's name, in lower case.
  static String operatingSystem() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  }

  /// The processor's architecture, such as `amd64`.
  static String architecture() {
    return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
  }
}
