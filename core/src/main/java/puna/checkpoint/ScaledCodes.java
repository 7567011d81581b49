package puna.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntToDoubleFunction;
import puna.error.ModelFormatException;
import puna.safetensors.ElementType;
import puna.safetensors.StoredArray;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// Weights that are stored as codes of 8 bits with scales: value = code × scale, in float32.
///
/// | code | value |
/// |---|---|
/// | F8_E4M3 | sign, 4 bits of exponent (bias 7), 3 of fraction; no infinity, all ones is NaN |
/// | F8_E5M2 | sign, 5 bits of exponent (bias 15), 2 of fraction, as IEEE has them |
/// | I8 | two's complement |
///
/// They become float32 when they are read; nothing is held twice.
public final class ScaledCodes {
  private ScaledCodes() {}

  /// The scales of a matrix: one for each block of rows × columns, row by row of blocks.
  ///
  /// @param blockRows rows that share a scale
  /// @param blockColumns columns that share a scale
  public record Scales(float[] values, long blockRows, long blockColumns, int blocksAcross) {
    float at(long row, long column) {
      return values[(int) (row / blockRows) * blocksAcross + (int) (column / blockColumns)];
    }
  }

  /// Whether elements of this type are codes of 8 bits.
  public static boolean isCode(ElementType type) {
    return switch (type) {
      case F8_E4M3, F8_E5M2, I8 -> true;
      default -> false;
    };
  }

  /// A matrix in float32 that is decoded while it is read.
  public static Tensor decoded(String name, StoredArray codes, Scales scales) {
    float[] table = table(codes.type());
    long columns = codes.columns();
    StoredBytes content = codes.content();
    return TensorViews.computed(
        name,
        TensorType.F32,
        Shape.of(columns, codes.rows()),
        (row, target) -> {
          byte[] bytes = new byte[(int) columns];
          content.read(row * columns, MemorySegment.ofArray(bytes));
          for (int column = 0; column < bytes.length; column++) {
            float value = table[bytes[column] & 0xff] * scales.at(row, column);
            target.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, column, value);
          }
        });
  }

  private static float[] table(ElementType type) {
    return switch (type) {
      case F8_E4M3 -> table(code -> smallFloat(code, 4, 7, Double.NaN));
      case F8_E5M2 -> table(code -> smallFloat(code, 5, 15, Double.POSITIVE_INFINITY));
      case I8 -> table(code -> (byte) code);
      default -> throw new ModelFormatException(type + " is no code of 8 bits");
    };
  }

  private static float[] table(IntToDoubleFunction value) {
    float[] table = new float[256];
    for (int code = 0; code < table.length; code++) {
      table[code] = (float) value.applyAsDouble(code);
    }
    return table;
  }

  /// @param top what all ones in the exponent and nothing in the fraction stand for; NaN where they
  ///   are numbers like others but for all ones in both
  private static double smallFloat(int code, int exponentBits, int bias, double top) {
    int fractionBits = 7 - exponentBits;
    int fraction = code & (1 << fractionBits) - 1;
    int exponent = code >> fractionBits & (1 << exponentBits) - 1;
    double sign = code >= 0x80 ? -1 : 1;
    boolean isHighest = exponent == (1 << exponentBits) - 1;
    if (isHighest && Double.isNaN(top) && fraction == (1 << fractionBits) - 1) {
      return Double.NaN;
    }
    if (isHighest && !Double.isNaN(top)) {
      return fraction == 0 ? sign * top : Double.NaN;
    }
    double steps = Math.scalb(1.0, -fractionBits);
    return exponent == 0
        ? sign * Math.scalb(fraction * steps, 1 - bias)
        : sign * Math.scalb(1 + fraction * steps, exponent - bias);
  }
}
