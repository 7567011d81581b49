package puna.quant;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import puna.tensor.ComputedBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Tensors in another type than they are stored in: rows are decoded and encoded anew when they are
/// read, so that whoever packs a model never holds it twice.
public final class ConvertedTensor {
  private static final long AT_ONCE = 1 << 21;

  private ConvertedTensor() {}

  /// The tensor in `type`, by the reference encoder.
  ///
  /// @throws IllegalArgumentException when the type has none, or rows are no whole blocks of it
  public static Tensor of(Tensor tensor, TensorType type) {
    if (tensor.type() == type && tensor.scales().isEmpty()) {
      return tensor;
    }
    BlockFormat from = BlockFormats.of(tensor.type()).orElseThrow();
    BlockFormat to =
        BlockFormats.of(type)
            .filter(BlockFormat::canEncode)
            .orElseThrow(() -> new IllegalArgumentException(type + " has no reference encoder"));
    int columns = Math.toIntExact(tensor.shape().columns());
    if (columns % type.blockSize() != 0) {
      throw new IllegalArgumentException(
          "tensor %s: rows of %s must hold a multiple of %s elements, found %s"
              .formatted(tensor.name(), type, type.blockSize(), columns));
    }
    RowScales scales = tensor.scales().map(RowScales::new).orElse(null);
    Conversion conversion = new Conversion(tensor, from, scales, to, type.byteSize(columns));
    return new Tensor(
        tensor.name(),
        type,
        tensor.shape(),
        new ComputedBytes(conversion, conversion.rowBytes, tensor.shape().rows()));
  }

  /// What becomes of a row.
  ///
  /// @param scales of what is stored; null for none
  /// @param rowBytes of the other type
  private record Conversion(
      Tensor tensor, BlockFormat from, @Nullable RowScales scales, BlockFormat to, long rowBytes)
      implements ComputedBytes.Source {
    @Override
    public void read(long row, MemorySegment target) {
      int rows = Math.toIntExact(target.byteSize() / rowBytes);
      int columns = Math.toIntExact(tensor.shape().columns());
      long bytes = tensor.rowBytes();
      MemorySegment stored = MemorySegment.ofArray(new byte[Math.toIntExact(rows * bytes)]);
      tensor.content().read(row * bytes, stored);
      float[] values = new float[columns];
      for (int i = 0; i < rows; i++) {
        from.decode(stored, i * bytes, values, 0, columns);
        if (scales != null) {
          scales.multiply(row + i, values, 0, columns);
        }
        to.encode(values, 0, columns, target, i * rowBytes);
      }
    }

    /// Rows that are read at once: some of what is stored costs as much to read for one row as for
    /// many.
    @Override
    public long atOnce(long row) {
      return Math.max(1, Math.max(AT_ONCE, tensor.content().together()) / tensor.rowBytes());
    }

    @Override
    public long together() {
      return Math.max(1, tensor.content().together() / tensor.rowBytes());
    }
  }
}
