package puna.x64.settings;

import java.util.Locale;
import java.util.Optional;

/// What the environment says to this module: the only place that reads system properties.
public final class X64Settings {
  /// The property that caps the tier: `avx2`, `vnni`, `bf16`, `amx`, or `off`.
  public static final String TIER = "puna.x64.tier";

  /// The property that says how many bits activations have in quantized products: 8 or 15.
  public static final String ACTIVATIONS = "puna.x64.activations";

  /// The property that says how prompts are multiplied: `bf16`, `exact` or `tiles`.
  public static final String WIDE = "puna.x64.wide";

  private X64Settings() {}

  /// `puna.x64.tier`, in lower case; empty where it is not set.
  public static Optional<String> tier() {
    String value = System.getProperty(TIER);
    return value == null || value.isBlank()
        ? Optional.empty()
        : Optional.of(value.strip().toLowerCase(Locale.ROOT));
  }

  /// `puna.x64.activations`: 8 for one plane of bytes, faster in long prompts and less exact;
  /// anything else, and by default, 15 bits.
  public static int activationBits() {
    return "8".equals(System.getProperty(ACTIVATIONS)) ? 8 : 15;
  }

  /// `puna.x64.wide`: whether products and attention of many tokens are in bf16 where the processor
  /// has it; anything but `bf16` and `tiles`, and by default, they are exact.
  public static boolean wideInBf16() {
    String value = System.getProperty(WIDE, "");
    return value.equals("bf16") || value.equals("tiles");
  }

  /// Whether `puna.x64.wide` is `tiles`: bf16 tiles even where the processor has none and they are
  /// emulated, so that what they cost in precision can be seen there.
  public static boolean emulatesTiles() {
    return "tiles".equals(System.getProperty(WIDE));
  }

  /// The operating system's name, in lower case.
  public static String operatingSystem() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  }

  /// The processor's architecture, such as `amd64`.
  public static String architecture() {
    return System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
  }
}
