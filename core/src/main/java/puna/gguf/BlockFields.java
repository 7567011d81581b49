package puna.gguf;

import java.util.List;
import java.util.Optional;
import puna.tensor.TensorType;

/// The fields of a type's blocks that have more than one byte.
///
/// Source: the block structures of ggml (`ggml-common.h`). What they declare as single bytes is the
/// same in either order, but for the fifth bits of Q5_0 and Q5_1, which ggml copies from and to a
/// 32-bit integer.
///
/// @param blockBytes bytes a block
record BlockFields(int blockBytes, List<Field> fields) {
  /// @param bytes 2, 4 or 8
  record Field(int offset, int bytes) {}

  /// Empty for a type whose blocks no program writes in big-endian order.
  static Optional<BlockFields> of(TensorType type) {
    return switch (type) {
      case I8, MXFP4 -> fields(type);
      case F16, BF16, I16, Q4_0, Q8_0, IQ4_NL -> fields(type, half(0));
      case F32, I32 -> fields(type, new Field(0, Integer.BYTES));
      case F64, I64 -> fields(type, new Field(0, Long.BYTES));
      case Q4_1, Q4_K, Q5_K, IQ4_XS -> fields(type, half(0), half(2));
      case Q5_0 -> fields(type, half(0), new Field(2, Integer.BYTES));
      case Q5_1 -> fields(type, half(0), half(2), new Field(4, Integer.BYTES));
      case Q2_K -> fields(type, half(80), half(82));
      case Q3_K -> fields(type, half(108));
      case Q6_K -> fields(type, half(208));
      case TQ1_0 -> fields(type, half(52));
      case TQ2_0 -> fields(type, half(64));
      default -> Optional.empty();
    };
  }

  private static Field half(int offset) {
    return new Field(offset, Short.BYTES);
  }

  private static Optional<BlockFields> fields(TensorType type, Field... fields) {
    return Optional.of(new BlockFields(type.blockBytes(), List.of(fields)));
  }
}
