package puna.x64.kernel;

import java.util.Optional;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernel;
import puna.tensor.TensorType;
import puna.x64.TestMachine;
import puna.x64.code.RoutineLibrary;
import puna.x64.cpu.X64Tier;

/// The element loops of one tier as a provider, for the contract.
record FloatTier(X64Tier level, X64FloatKernels.AttentionArithmetic attention)
    implements KernelProvider {
  /// The loops of `level`, or a skipped test where this machine lacks it.
  static FloatTier of(X64Tier level) {
    return of(level, X64FloatKernels.AttentionArithmetic.BF16);
  }

  /// The loops of `level` with such attention, or a skipped test where this machine lacks it.
  static FloatTier of(X64Tier level, X64FloatKernels.AttentionArithmetic attention) {
    TestMachine.assumeTier(level);
    return new FloatTier(level, attention);
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
    return Optional.of(new X64FloatKernels(level, attention, RoutineLibrary::load));
  }
}
