package puna.vector;

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
      case F8_E4M3 -> Optional.of(SmallFloats::decodeE4M3);
      case F8_E5M2 -> Optional.of(SmallFloats::decodeE5M2);
      case I8 -> Optional.of(SmallFloats::decodeI8);
      case Q4_0 -> Optional.of(SmallBlocks::decodeQ40);
      case Q4_1 -> Optional.of(SmallBlocks::decodeQ41);
      case Q8_0 -> Optional.of(SmallBlocks::decodeQ80);
      case Q5_0 -> Optional.of(SmallBlocks::decodeQ50);
      case Q5_1 -> Optional.of(SmallBlocks::decodeQ51);
      case Q2_K -> Optional.of(KQuantBlocks::decodeQ2K);
      case Q3_K -> Optional.of(KQuantBlocks::decodeQ3K);
      case Q4_K -> Optional.of(KQuantBlocks::decodeQ4K);
      case Q5_K -> Optional.of(KQuantBlocks::decodeQ5K);
      case Q6_K -> Optional.of(KQuantBlocks::decodeQ6K);
      case IQ4_NL -> Optional.of(TableBlocks::decodeIq4Nl);
      case IQ4_XS -> Optional.of(TableBlocks::decodeIq4Xs);
      case MXFP4 -> Optional.of(TableBlocks::decodeMxfp4);
      default -> BlockFormats.of(type).map(format -> format::decode);
    };
  }
}
