package puna.x64;

import java.util.Optional;
import puna.backend.cpu.TierFactory;
import puna.x64.code.RefusedException;
import puna.x64.code.SystemMemory;
import puna.x64.cpu.CpuFeatures;
import puna.x64.cpu.CpuProbe;
import puna.x64.cpu.X64Tier;
import puna.x64.settings.X64Settings;
import puna.x64.settings.X64Settings.PromptPrecision;

/// Opens the tier of emitted machine code.
public final class X64TierFactory implements TierFactory {
  private static final String OFF = "off";

  @Override
  public String tier() {
    return "x64";
  }

  @Override
  public int rank() {
    return 200;
  }

  @Override
  public Offer open() {
    Optional<String> option = X64Settings.tier();
    if (option.equals(Optional.of(OFF))) {
      return new Offer.Unavailable("switched off by -D%s=off".formatted(X64Settings.TIER));
    }
    Optional<X64Tier> cap = option.flatMap(X64Tier::named);
    if (option.isPresent() && cap.isEmpty()) {
      return new Offer.Unavailable(
          "-D%s=%s names no tier; tiers are %s, and off"
              .formatted(X64Settings.TIER, option.get(), X64Tier.options()));
    }
    Optional<PromptPrecision> precision = X64Settings.promptPrecision();
    if (precision.isEmpty()) {
      return new Offer.Unavailable(
          "-D%s=%s names no way to multiply prompts; ways are auto, exact, bf16 and tiles"
              .formatted(X64Settings.PROMPT_PRECISION, X64Settings.promptPrecisionAsGiven()));
    }
    X64Tier highest = cap.orElse(X64Tier.AMX);
    try {
      return offer(highest, precision.get(), SystemMemory.ofThisSystem());
    } catch (RefusedException e) {
      return new Offer.Unavailable(e.reason());
    } catch (IllegalCallerException e) {
      return new Offer.Unavailable(
          "native access is denied; " + enabling(X64TierFactory.class.getModule()));
    }
  }

  /// How native access is enabled, by the way that the JVM was started: on the class path no module
  /// has a name to give it to, and an executable jar may ask for it itself.
  static String enabling(Module module) {
    return module.isNamed()
        ? "start the JVM with --enable-native-access=" + module.getName()
        : "start the JVM with --enable-native-access=ALL-UNNAMED, or give the jar that it runs the"
            + " manifest entry Enable-Native-Access: ALL-UNNAMED";
  }

  static Offer offer(X64Tier cap, PromptPrecision precision, SystemMemory memory) {
    try {
      return open(cap, precision, memory);
    } catch (RefusedException e) {
      return new Offer.Unavailable(e.reason());
    }
  }

  private static Offer open(X64Tier cap, PromptPrecision precision, SystemMemory memory) {
    CpuFeatures cpu = new CpuProbe(memory).features();
    Optional<X64Tier> tier = X64Tier.best(cpu, cap);
    if (tier.isEmpty()) {
      return new Offer.Unavailable(
          "the processor (%s) has no AVX2, FMA and F16C".formatted(cpu.brand()));
    }
    return new Offer.Available(new X64Kernels(tier.get(), precision, cpu, memory));
  }
}
