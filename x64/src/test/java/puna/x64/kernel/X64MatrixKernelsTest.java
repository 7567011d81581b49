package puna.x64.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.Set;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernelContract;
import puna.backend.cpu.TierFactory.Offer;
import puna.tensor.TensorType;
import puna.x64.X64TierFactory;
import puna.x64.code.GuardedMemory;
import puna.x64.pack.PackedType;
import puna.x64.settings.X64Settings;

class X64MatrixKernelsTest extends MatrixKernelContract {
  private static final Set<TensorType> PLAIN =
      EnumSet.of(
          TensorType.F32,
          TensorType.F16,
          TensorType.BF16,
          TensorType.F8_E4M3,
          TensorType.F8_E5M2,
          TensorType.I8);

  /// Fifteen bits of activations over units of 32.
  private static final double PLANES = 8e-9;

  /// What packing to another type costs at most.
  private static final double REQUANTIZED = 1e-4;

  X64MatrixKernelsTest() {
    super(provider());
  }

  private static KernelProvider provider() {
    System.setProperty(
        X64Settings.PROMPT_PRECISION, "exact"); // products in tiles have tests of their own
    Offer offer = new X64TierFactory().open();
    System.clearProperty(X64Settings.PROMPT_PRECISION);
    if (offer instanceof Offer.Available available) {
      return available.provider();
    }
    assumeTrue(false, "needs a processor and a system that the x64 tier runs on: " + offer);
    throw new AssertionError();
  }

  @Override
  protected boolean keepsValues(TensorType type) {
    return PLAIN.contains(type) || PackedType.of(type).isPresent();
  }

  @Override
  protected double largestError(TensorType type) {
    if (PLAIN.contains(type)) {
      return super.largestError(type);
    }
    return keepsValues(type) ? PLANES : REQUANTIZED;
  }

  @Override
  protected Arena memory() {
    return GuardedMemory.whereItCan();
  }
}
