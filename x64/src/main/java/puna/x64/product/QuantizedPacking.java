package puna.x64.product;

import java.lang.foreign.MemorySegment;
import puna.backend.cpu.PackedMatrix;
import puna.backend.cpu.RowRange;
import puna.tensor.TensorType;
import puna.x64.pack.PackedLayout;
import puna.x64.pack.PackedRowDecoder;
import puna.x64.pack.PackedType;
import puna.x64.pack.Packer;

/// Numbers and scales side by side, `PackedLayout`.
///
/// @param source the type of the tensors that are packed
/// @param type the type that they are packed to; another than `source` is a loss
public record QuantizedPacking(TensorType source, PackedType type, int lanes) implements Packing {
  private PackedLayout layout(int rows, int columns) {
    return new PackedLayout(type, lanes, rows, columns);
  }

  @Override
  public long groupBytes(int columns) {
    return layout(lanes, columns).groupBytes();
  }

  @Override
  public void pack(MemorySegment rows, PackedMatrix packed, RowRange range) {
    Packer.of(layout(packed.rows(), packed.columns()), source).pack(rows, range, packed.data());
  }

  @Override
  public void decodeRow(PackedMatrix packed, int row, MemorySegment out, long at) {
    PackedLayout layout = layout(packed.rows(), packed.columns());
    new PackedRowDecoder(layout, packed.data()).decode(row, out, at);
  }

  @Override
  public void putArguments(MemorySegment arguments, int columns) {
    PackedLayout layout = layout(lanes, columns);
    ProductArguments.putMatrix(arguments, layout.units(), layout.groupBytes());
    ProductArguments.putRuns(
        arguments, layout.secondOffset(), layout.scaleOffset(), layout.superOffset());
  }

  @Override
  public long putPiece(MemorySegment arguments, int columns, int first, int count) {
    PackedLayout layout = layout(lanes, columns);
    long unit = first / PackedLayout.UNIT;
    long begin = unit * layout.firstUnitBytes();
    ProductArguments.putMatrix(arguments, count / PackedLayout.UNIT, layout.groupBytes());
    // the other runs are found from where the first one's columns begin
    ProductArguments.putRuns(
        arguments,
        layout.secondOffset() + unit * layout.secondUnitBytes() - begin,
        layout.scaleOffset() + unit * layout.scaleUnitBytes() - begin,
        layout.superOffset() + unit / PackedLayout.UNITS_PER_SUPER * layout.superBytes() - begin);
    return begin;
  }

  @Override
  public String loss() {
    if (source.name().equals(type.name())) {
      return "";
    }
    // a scale for 16 weights, where the packed type has one for 32
    boolean isCoarser =
        switch (source) {
          case IQ1_M, IQ2_XS, IQ2_S, NVFP4 -> true;
          default -> false;
        };
    return ", packed as %s (NMSE ≤ %s)".formatted(type, isCoarser ? "1e-4" : "1e-6");
  }
}
