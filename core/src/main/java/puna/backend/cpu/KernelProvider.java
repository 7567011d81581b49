package puna.backend.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.Optional;
import puna.tensor.TensorType;

/// One tier's kernels. The first tier that offers a kernel for a type wins; the choice is made
/// once, in `KernelTable`.
public interface KernelProvider extends AutoCloseable {
  /// The tier: `x64`, `vector` or `scalar`.
  String tier();

  /// What this tier runs on, for people, such as `512-bit vectors`.
  String description();

  Optional<MatrixKernel> kernelFor(TensorType type);

  /// Why `kernelFor` is empty, such as `switched off by its self-test`.
  default String reasonWithout(TensorType type) {
    return "has no kernel for it";
  }

  /// The loops that are no matrix products; empty where slower tiers' are to be used.
  Optional<FloatKernels> floatKernels();

  /// Where packed weights, caches, activations and scratch of a back end are laid: at least 64-byte
  /// aligned, zero at first, freed with `arena`. Used by one thread at a time.
  default SegmentAllocator weightMemory(Arena arena) {
    return (size, alignment) -> arena.allocate(size, Math.max(alignment, FloatMatrix.ALIGNMENT));
  }

  /// Whether it can ask the system for bytes of a mapped file.
  default boolean asksAhead() {
    return false;
  }

  /// Asks for them, and returns at once: the system reads them while something else is computed.
  /// Does nothing where it cannot ask.
  default void askFor(MemorySegment mapped) {}

  /// Releases what the tier holds. None of its kernels runs then or later.
  @Override
  default void close() {}
}
