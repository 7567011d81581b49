package puna.vector;

import java.util.Optional;
import puna.tensor.TensorType;

/// The types that are multiplied without being decoded to memory.
final class RowDotters {
  private RowDotters() {}

  static Optional<RowDotter> of(TensorType type) {
    return switch (type) {
      case F16 -> Optional.of(PlainDots::dotF16);
      case BF16 -> Optional.of(PlainDots::dotBf16);
      case Q4_0 -> Optional.of(SmallBlockDots::dotQ40);
      case Q4_1 -> Optional.of(SmallBlockDots::dotQ41);
      case Q8_0 -> Optional.of(SmallBlockDots::dotQ80);
      case Q4_K -> Optional.of(KQuantDots::dotQ4K);
      default -> Optional.empty();
    };
  }
}
