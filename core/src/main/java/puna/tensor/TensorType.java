package puna.tensor;

import java.util.Optional;

/// The element types of tensors: id in GGUF files, elements a block, bytes a block.
///
/// Source: ggml's type table, and the 8-bit floats of safetensors, which GGUF has not. Quantized
/// types store `blockSize` consecutive elements of a row in `blockBytes` bytes.
public enum TensorType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  NVFP4(40, 64, 36),
  Q1_0(41, 128, 18),
  Q2_0(42, 64, 18),
  F8_E4M3(TensorType.NO_ID, 1, 1),
  F8_E5M2(TensorType.NO_ID, 1, 1);

  private static final int NO_ID = -1;
  private static final TensorType[] VALUES = values();

  private final int id;
  private final int blockSize;
  private final int blockBytes;

  TensorType(int id, int blockSize, int blockBytes) {
    this.id = id;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /// Whether GGUF files may hold this type.
  public boolean isInGguf() {
    return id != NO_ID;
  }

  /// The number that stands for this type in GGUF files.
  ///
  /// @throws IllegalStateException when they may not hold it
  public int id() {
    if (!isInGguf()) {
      throw new IllegalStateException(this + " is no type of GGUF files");
    }
    return id;
  }

  /// Elements a block.
  public int blockSize() {
    return blockSize;
  }

  /// Bytes a block.
  public int blockBytes() {
    return blockBytes;
  }

  /// Bytes of `elements` consecutive elements, a multiple of the block size.
  ///
  /// @throws ArithmeticException when the size does not fit in 63 bits
  public long byteSize(long elements) {
    return Math.multiplyExact(elements / blockSize, (long) blockBytes);
  }

  public boolean isQuantized() {
    return blockSize > 1;
  }

  public static Optional<TensorType> ofId(long id) {
    for (TensorType type : VALUES) {
      if (type.id == id && type.isInGguf()) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /// The type of that name in any case, such as `q4_0`.
  public static Optional<TensorType> ofName(String name) {
    for (TensorType type : VALUES) {
      if (type.name().equalsIgnoreCase(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
