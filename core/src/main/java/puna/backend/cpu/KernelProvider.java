package puna.backend.cpu;

import java.util.Optional;
import puna.tensor.TensorType;

/// One tier's kernels. The first tier that offers a kernel for a type wins; the choice is made
/// once, in `KernelTable`.
public interface KernelProvider {
  /// The tier: `x64`, `vector` or `scalar`.
  String tier();

  /// What this tier runs on, for people, such as `512-bit vectors`.
  String description();

  Optional<MatrixKernel> kernelFor(TensorType type);

  FloatKernels floatKernels();
}
