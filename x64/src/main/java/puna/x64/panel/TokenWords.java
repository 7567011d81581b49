package puna.x64.panel;

import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;
import puna.x64.pack.PackedLayout;

/// Activations in words of 16 bits, `128 · hi + lo` of `TokenPlanes`, for products without AVX-512:
/// of four tokens after another, unit after unit of 32 columns. A unit is
///
/// | bytes | content |
/// |---|---|
/// | 0..255 | 32 × i16 of each token |
/// | 256..271 | `e` of each token, f32 |
/// | 272..319 | `e · S0`, `e · S1` and `e · S` of each token, f32 |
///
/// Columns 4q to 4q + 3 of a token come as 4q, 4q + 2, 4q + 1, 4q + 3: a dword of weights holds two
/// columns of a row that were every other byte of a quad.
///
/// Tokens behind the last one hold anything: they are read and give results that nobody stores.
public final class TokenWords extends NativePanel {
  /// Tokens side by side.
  public static final int TOKENS = 4;

  public static final int TOKEN_BYTES = 2 * PackedLayout.UNIT;
  public static final int SCALARS = TOKENS * TOKEN_BYTES;

  /// Bytes of a kind of scalar.
  public static final int SCALAR_BYTES = 4 * TOKENS;

  public static final int UNIT_BYTES = SCALARS + 4 * SCALAR_BYTES;

  TokenWords(FloatMatrix x, SegmentAllocator memory) {
    super(
        size(x.roomTokens(), x.width()),
        x.roomTokens(),
        QuantizeTokens.ARGUMENTS.byteSize(),
        memory);
  }

  private static long size(int tokens, int columns) {
    return Math.multiplyExact((long) Math.ceilDiv(tokens, TOKENS), strideOf(columns));
  }

  private static long strideOf(int columns) {
    return (long) columns / PackedLayout.UNIT * UNIT_BYTES;
  }

  @Override
  long bytes(int ofTokens, int ofColumns) {
    return size(ofTokens, ofColumns);
  }

  /// Bytes from four tokens to the next four.
  public long stride() {
    return strideOf(columns());
  }

  /// Where the first units of the four tokens are that `token` belongs to.
  public long address(int token) {
    return address() + token / TOKENS * stride();
  }
}
