package puna.quant;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// Tensors in another type than they are stored in: each row is decoded and encoded anew when it is
/// read, so that whoever packs a model never holds it twice.
public final class ConvertedTensor {
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
    long rowBytes = tensor.rowBytes();
    StoredBytes content = tensor.content();
    Optional<RowScales> scales = tensor.scales().map(RowScales::new);
    return TensorViews.computed(
        tensor.name(),
        type,
        tensor.shape(),
        (row, target) -> {
          MemorySegment stored = MemorySegment.ofArray(new byte[Math.toIntExact(rowBytes)]);
          content.read(row * rowBytes, stored);
          float[] values = new float[columns];
          from.decode(stored, 0, values, 0, columns);
          scales.ifPresent(all -> all.multiply(row, values, 0, columns));
          to.encode(values, 0, columns, target, 0);
        });
  }
}
