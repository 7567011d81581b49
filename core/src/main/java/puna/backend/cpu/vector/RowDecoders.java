package puna.backend.cpu.vector;

import java.util.Optional;
import puna.quant.BlockFormats;
import puna.tensor.TensorType;

/// The decoder of each type: on vectors where there is one, else the reference's.
final class RowDecoders {
  private RowDecoders() {}

  static Optional<RowDecoder> of(TensorType type) {
    return switch (type) {
      case F32 -> Optional.of(PlainFloats::decodeF32);
      case F16 -> Optional.of(PlainFloats::decodeF16);
      case BF16 -> Optional.of(PlainFloats::decodeBf16);
      case Q4_0 -> Optional.of(SmallBlocks::decodeQ40);
      case Q4_1 -> Optional.of(SmallBlocks::decodeQ41);
      case Q8_0 -> Optional.of(SmallBlocks::decodeQ80);
      default -> BlockFormats.of(type).map(format -> format::decode);
    };
  }
}
