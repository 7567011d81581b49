package puna.x64.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What the environment says to this module: the only place that reads system properties.
public final class X64Settings {
  /// The property that caps the tier: `avx2`, `avxvnni`, `vnni`, `bf16`, `amx`, or `off`.
  public static final String TIER = "puna.x64.tier";

  /// The property that says how many bits activations have in quantized products: 8 or 15.
  public static final String ACTIVATIONS = "puna.x64.activations";

  /// The property that says how exactly prompts are multiplied: `auto`, `exact`, `bf16` or `tiles`.
  public static final String PROMPT_PRECISION = "puna.x64.wide";

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

  /// How exact products and attention of many tokens are, where `Projection.Precision` leaves it to
  /// the fastest way.
  public enum PromptPrecision {
    /// Products in bf16 by the processor's tiles, which are several times as fast; all else, and
    /// all without tiles, exactly.
    AUTO,
    /// As one token is.
    EXACT,
    /// As `AUTO`, and attention in bf16 wherever the processor multiplies it.
    BF16,
    /// The same, with tiles even where they are emulated: to see there what they cost in precision.
    TILES
  }

  /// `puna.x64.wide`, `auto` where it is not set; empty where it names no way.
  public static Optional<PromptPrecision> promptPrecision() {
    String value = promptPrecisionAsGiven().strip().toLowerCase(Locale.ROOT);
    return value.isEmpty()
        ? Optional.of(PromptPrecision.AUTO)
        : Arrays.stream(PromptPrecision.values())
            .filter(precision -> value.equals(precision.name().toLowerCase(Locale.ROOT)))
            .findFirst();
  }

  /// `puna.x64.wide` as it is set.
  public static String promptPrecisionAsGiven() {
    return System.getProperty(PROMPT_PRECISION, "");
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
