package puna.bench;

import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.TierFactory;
import puna.backend.cpu.TierFactory.Offer;
import puna.vector.VectorTierFactory;
import puna.x64.X64TierFactory;
import puna.x64.settings.X64Settings;

/// The kernels that a benchmark names: `vector`, or one of the x64 tiers `avx2`, `avxvnni`, `vnni`,
/// `bf16`, `amx`.
final class BenchTier {
  private BenchTier() {}

  /// @throws IllegalStateException when this machine lacks the tier
  static KernelProvider provider(String name) {
    if (name.equals("vector")) {
      return provider(new VectorTierFactory());
    }
    System.setProperty(X64Settings.TIER, name);
    try {
      return provider(new X64TierFactory());
    } finally {
      System.clearProperty(X64Settings.TIER);
    }
  }

  private static KernelProvider provider(TierFactory factory) {
    return switch (factory.open()) {
      case Offer.Available(KernelProvider provider) -> provider;
      case Offer.Unavailable(String reason) -> throw new IllegalStateException(reason);
    };
  }
}
