package puna.x64.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernel;
import puna.backend.cpu.TierFactory;
import puna.tensor.TensorType;
import puna.x64.X64Kernels;
import puna.x64.X64Tier;
import puna.x64.X64TierFactory;

/// The element loops of one tier as a provider, for the contract.
record FloatTier(X64Tier level) implements KernelProvider {
  /// The loops of `level`, or a skipped test where this machine lacks it.
  static FloatTier of(X64Tier level) {
    TierFactory.Offer offer = new X64TierFactory().open();
    assumeTrue(
        offer instanceof TierFactory.Offer.Available available
            && available.provider() instanceof X64Kernels kernels
            && X64Tier.best(kernels.cpu()).filter(best -> best.includes(level)).isPresent(),
        "needs a processor with " + level.description());
    return new FloatTier(level);
  }

  @Override
  public String tier() {
    return "x64";
  }

  @Override
  public String description() {
    return level.description();
  }

  @Override
  public Optional<MatrixKernel> kernelFor(TensorType type) {
    return Optional.empty();
  }

  @Override
  public Optional<FloatKernels> floatKernels() {
    return Optional.of(new X64FloatKernels(level));
  }
}
