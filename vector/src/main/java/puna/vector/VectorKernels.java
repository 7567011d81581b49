package puna.vector;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import puna.backend.cpu.FloatKernels;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.MatrixKernel;
import puna.tensor.TensorType;

/// The Vector API tier: float32 products with exactly decoded weights.
public final class VectorKernels implements KernelProvider {
  private final Map<TensorType, MatrixKernel> kernels = new EnumMap<>(TensorType.class);
  private final FloatKernels floatKernels = new VectorFloatKernels();

  public VectorKernels() {
    DecodingKernel.Layouts layouts =
        new DecodingKernel.Layouts(new RowsLayout(true), new RowsLayout(false), new TilesLayout());
    for (TensorType type : TensorType.values()) {
      RowDecoders.of(type)
          .ifPresent(decoder -> kernels.put(type, new DecodingKernel(type, decoder, layouts)));
    }
  }

  @Override
  public String tier() {
    return "vector";
  }

  @Override
  public String description() {
    return Lanes.FLOATS.vectorBitSize() + "-bit vectors";
  }

  @Override
  public Optional<MatrixKernel> kernelFor(TensorType type) {
    return Optional.ofNullable(kernels.get(type));
  }

  @Override
  public Optional<FloatKernels> floatKernels() {
    return Optional.of(floatKernels);
  }
}
