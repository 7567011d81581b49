package puna.bench;

import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.TierFactory.Offer;
import puna.backend.cpu.vector.VectorKernels;
import puna.x64.X64TierFactory;
import puna.x64.settings.X64Settings;

/// The kernels that a benchmark names: `vector`, or one of the x64 tiers `avx2`, `vnni`, `bf16`,
/// `amx`.
final class BenchTier {
  private BenchTier() {}

  /// @throws IllegalStateException when this machine lacks the tier
  static KernelProvider provider(String name) {
    if (name.equals("vector")) {
      return new VectorKernels();
    }
    System.setProperty(X64Settings.TIER, name);
    try {
      return switch (new X64TierFactory().open()) {
        case Offer.Available(KernelProvider provider) -> provider;
        case Offer.Unavailable(String reason) -> throw new IllegalStateException(reason);
      };
    } finally {
      System.clearProperty(X64Settings.TIER);
    }
  }
}
