package puna.x64;

import java.util.Locale;
import java.util.Optional;

/// What the environment says to this module: the only place that reads system properties.
final class X64Settings {
  /// The property that caps the tier: `avx2`, `vnni`, `bf16`, `amx`, or `off`.
  static final String TIER = "puna.x64.tier";

  private X64Settings() {}

  /// `puna.x64.tier`, in lower case; empty where it is not set.
  static Optional<String> tier() {
    String value = System.getProperty(TIER);
    return value == null || value.isBlank()
        ? Optional.empty()
        : Optional.of(value.strip().toLowerCase(Locale.ROOT));
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
