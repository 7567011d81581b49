package puna.backend.cpu.scalar;

import java.util.Optional;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernel;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

/// The scalar tier: plain Java for every type that has a decoder. Slow and correct.
public final class ScalarKernels implements KernelProvider {
  private final FloatKernels floatKernels = new ScalarFloatKernels();

  @Override
  public String tier() {
    return "scalar";
  }

  @Override
  public String description() {
    return "plain Java";
  }

  @Override
  public Optional<MatrixKernel> kernelFor(TensorType type) {
    return BlockFormats.of(type).map(ScalarMatrixKernel::new);
  }

  @Override
  public Optional<FloatKernels> floatKernels() {
    return Optional.of(floatKernels);
  }
}
