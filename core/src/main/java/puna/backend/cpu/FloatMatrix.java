package puna.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.backend.Activations;

/// Activations on the CPU: `tokens × width` float32 values in native memory, 64-byte aligned, token
/// after token.
public final class FloatMatrix implements Activations {
  /// Of every buffer that kernels see, in bytes.
  public static final long ALIGNMENT = 64;

  private final MemorySegment data;
  private final int capacity;
  private final int width;
  private int tokens;

  public FloatMatrix(SegmentAllocator memory, int capacity, int width) {
    this.capacity = capacity;
    this.width = width;
    this.tokens = capacity;
    this.data =
        memory.allocate(
            Math.multiplyExact(Math.multiplyExact((long) capacity, (long) width), 4L), ALIGNMENT);
  }

  private FloatMatrix(MemorySegment data, FloatMatrix whole) {
    this.data = data;
    this.capacity = whole.capacity;
    this.width = whole.width;
    this.tokens = whole.tokens;
  }

  /// The same values, seen from another column on: what is column 0 there is `column` here.
  FloatMatrix fromColumn(int column) {
    return new FloatMatrix(data.asSlice((long) column * Float.BYTES), this);
  }

  /// Room for nothing.
  static FloatMatrix none() {
    return new FloatMatrix((size, alignment) -> MemorySegment.NULL, 0, 0);
  }

  /// The values: token `t` is at float index `t · width`.
  public MemorySegment data() {
    return data;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public int tokens() {
    return tokens;
  }

  /// Tokens that buffers for such activations should have room for: half as many again as there
  /// are, so that a prompt that is a token longer does not need new ones, and never more than there
  /// can be.
  public int roomTokens() {
    return (int) Math.min(capacity, tokens + tokens / 2L);
  }

  @Override
  public void resize(int tokens) {
    if (tokens < 0 || tokens > capacity) {
      throw new IllegalArgumentException(
          "activations hold 0 to %s tokens, not %s".formatted(capacity, tokens));
    }
    this.tokens = tokens;
  }

  /// The byte offset of token `token`.
  public long offset(int token) {
    return (long) token * width * Float.BYTES;
  }
}
