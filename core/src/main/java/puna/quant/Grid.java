package puna.quant;

import java.util.Arrays;
import java.util.Base64;

/// A codebook of small vectors: the lattice points that an IQ type's indices name. Immutable.
///
/// Source: ggml's `iq2xxs_grid` and its like in `ggml-common.h`.
public final class Grid {
  /// 256 vectors of eight.
  public static final Grid IQ2_XXS = new Grid(GridPoints.IQ2XXS, 8, 8, 25, 43);

  /// 512 vectors of eight.
  public static final Grid IQ2_XS = new Grid(GridPoints.IQ2XS, 8, 8, 25, 43);

  /// 1024 vectors of eight.
  public static final Grid IQ2_S = new Grid(GridPoints.IQ2S, 8, 8, 25, 43);

  /// 256 vectors of four.
  public static final Grid IQ3_XXS = new Grid(GridPoints.IQ3XXS, 4, 4, 12, 20, 28, 36, 44, 52, 62);

  /// 512 vectors of four.
  public static final Grid IQ3_S = new Grid(GridPoints.IQ3S, 4, 1, 3, 5, 7, 9, 11, 13, 15);

  /// 2048 vectors of eight, of IQ1_S and IQ1_M.
  public static final Grid IQ1 = new Grid(GridPoints.IQ1S, 8, -1, 0, 1);

  private final int width;
  private final byte[] values;

  /// @param width elements a vector
  /// @param levels the values that an element takes; a packed element is an index into them
  private Grid(String points, int width, int... levels) {
    this.width = width;
    int elementBits = levels.length > 4 ? 3 : 2;
    byte[] gaps = Base64.getDecoder().decode(points);
    byte[] expanded = new byte[gaps.length * width];
    int size = 0;
    int point = 0;
    int shift = 0;
    for (byte gap : gaps) {
      point += (gap & 127) << shift;
      shift += 7;
      if (gap >= 0) {
        for (int j = 0; j < width; j++) {
          int element = point >>> (elementBits * j) & ((1 << elementBits) - 1);
          expanded[size++] = (byte) levels[element];
        }
        shift = 0;
      }
    }
    values = Arrays.copyOf(expanded, size);
  }

  /// Elements a vector: 4 or 8.
  public int width() {
    return width;
  }

  /// All vectors, one after the other: `width()` elements each, before any sign or shift.
  public byte[] expanded() {
    return values.clone();
  }

  /// Writes vector `index` times `scale`, element `j` negated where bit `j` of `signs` is set.
  void putSigned(int index, int signs, float scale, float[] out, int at) {
    int first = index * width;
    for (int j = 0; j < width; j++) {
      int sign = 1 - (signs >>> j & 1) * 2;
      out[at + j] = scale * (values[first + j] * sign);
    }
  }

  /// Writes (vector `index` + `shift`) times `scale`.
  void putShifted(int index, float shift, float scale, float[] out, int at) {
    int first = index * width;
    for (int j = 0; j < width; j++) {
      out[at + j] = scale * (values[first + j] + shift);
    }
  }

  /// Eight sign bits from seven, 0 to 127: the eighth makes the number of set bits even.
  public static int evenSigns(int seven) {
    return seven | (Integer.bitCount(seven) & 1) << 7;
  }
}
