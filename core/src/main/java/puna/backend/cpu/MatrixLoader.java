package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.error.ModelFormatException;
import puna.quant.BlockFormats;
import puna.tensor.Tensor;

/// Takes weights in: matrices are packed in parallel, or stay where they lie.
final class MatrixLoader {
  /// Bytes of a file that one worker packs at once.
  private static final long PACKED_AT_ONCE = 1 << 20;

  private final KernelTable table;
  private final SegmentAllocator memory;
  private final WorkerPool pool;

  MatrixLoader(KernelTable table, SegmentAllocator memory, WorkerPool pool) {
    this.table = table;
    this.memory = memory;
    this.pool = pool;
  }

  CpuMatrix load(Tensor weight, float scale, @Nullable Tensor bias) {
    return load(weight, requireKernel(weight), scale, bias);
  }

  CpuMatrix loadInPlace(Tensor weight, float scale, @Nullable Tensor bias) {
    return load(weight, kernelInPlace(weight), scale, bias);
  }

  private CpuMatrix load(Tensor weight, MatrixKernel kernel, float scale, @Nullable Tensor bias) {
    PackedMatrix packed = kernel.reserve(weight, memory);
    packed.fillScales(weight);
    if (!packed.data().isReadOnly()) {
      pack(weight, packed, kernel);
    }
    return new CpuMatrix(packed, kernel, scale, bias == null ? null : floats(bias));
  }

  /// What multiplies by `weight`.
  MatrixKernel requireKernel(Tensor weight) {
    return table
        .kernelFor(weight.type())
        .orElseThrow(() ->
            new ModelFormatException(
                "tensor %s: type %s cannot be multiplied".formatted(weight.name(), weight.type())));
  }

  /// What multiplies by `weight` as the file has it; of one that lies nowhere in memory the same as
  /// of any other.
  MatrixKernel kernelInPlace(Tensor weight) {
    return weight
        .content()
        .memory()
        .flatMap(_ -> table.kernelInPlaceFor(weight))
        .orElseGet(() -> requireKernel(weight));
  }

  /// Rows that one worker packs at once, whole groups.
  static int rowsPackedAtOnce(Tensor weight, MatrixKernel kernel) {
    int group = kernel.rowGroup();
    long bytes = Math.max(PACKED_AT_ONCE, weight.content().together());
    return Math.ceilDiv((int) Math.max(1, bytes / weight.rowBytes()), group) * group;
  }

  private void pack(Tensor weight, PackedMatrix packed, MatrixKernel kernel) {
    int rows = rowsPackedAtOnce(weight, kernel);
    pool.run(
        Math.ceilDiv(packed.rows(), rows),
        (chunk, scratch) -> {
          int first = chunk * rows;
          RowRange range = new RowRange(first, Math.min(first + rows, packed.rows()));
          MemorySegment stored = rows(weight, range, scratch);
          FiniteCodes.require(weight, stored, first);
          kernel.pack(stored, packed, range);
        });
  }

  /// The rows of `range`, from the file where the tensor lies in one.
  private static MemorySegment rows(Tensor weight, RowRange range, WorkerScratch scratch) {
    long from = range.first() * weight.rowBytes();
    long size = range.count() * weight.rowBytes();
    Optional<MemorySegment> memory = weight.content().memory();
    if (memory.isPresent()) {
      return memory.get().asSlice(from, size);
    }
    MemorySegment rows = scratch.bytes(size).asSlice(0, size);
    weight.content().read(from, rows);
    return rows;
  }

  /// All elements of a small tensor, as float32.
  MemorySegment floats(Tensor tensor) {
    float[] values = BlockFormats.floats(tensor);
    MemorySegment floats = memory.allocate(4L * values.length, FloatMatrix.ALIGNMENT);
    MemorySegment.copy(values, 0, floats, ValueLayout.JAVA_FLOAT, 0, values.length);
    return floats;
  }
}
