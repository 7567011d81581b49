package puna.quant;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// The block format of every tensor type.
public final class BlockFormats {
  private BlockFormats() {}

  /// The format of `type`; present for every type that `TensorType` lists.
  public static Optional<BlockFormat> of(TensorType type) {
    return Optional.of(format(type));
  }

  /// All elements of a small tensor, copied to the heap.
  ///
  /// @throws puna.error.ModelReadException when its file cannot be read
  public static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    MemorySegment bytes = MemorySegment.ofArray(tensor.content().toArray());
    format(tensor.type()).decode(bytes, 0, values, 0, values.length);
    if (tensor.scales().isPresent()) {
      RowScales scales = new RowScales(tensor.scales().get());
      int columns = Math.toIntExact(tensor.shape().columns());
      for (int row = 0; row * columns < values.length; row++) {
        scales.multiply(row, values, row * columns, columns);
      }
    }
    return values;
  }

  private static BlockFormat format(TensorType type) {
    return switch (type) {
      case F32 -> new F32Format();
      case F16 -> new F16Format();
      case BF16 -> new Bf16Format();
      case I8, I16, I32, I64, F64 -> new NumberFormat(type);
      case F8_E4M3 -> new SmallFloatFormat(type, SmallFloatFormat::e4m3);
      case F8_E5M2 -> new SmallFloatFormat(type, SmallFloatFormat::e5m2);
      case Q4_0 -> new Q40Format();
      case Q4_1 -> new Q41Format();
      case Q5_0 -> new Q50Format();
      case Q5_1 -> new Q51Format();
      case Q8_0 -> new Q80Format();
      case Q8_1 -> new Q81Format();
      case Q2_K -> new Q2KFormat();
      case Q3_K -> new Q3KFormat();
      case Q4_K -> new Q4KFormat();
      case Q5_K -> new Q5KFormat();
      case Q6_K -> new Q6KFormat();
      case Q8_K -> new Q8KFormat();
      case IQ1_S -> new Iq1SFormat();
      case IQ1_M -> new Iq1MFormat();
      case IQ2_XXS -> new Iq2XxsFormat();
      case IQ2_XS -> new Iq2XsFormat();
      case IQ2_S -> new Iq2SFormat();
      case IQ3_XXS -> new Iq3XxsFormat();
      case IQ3_S -> new Iq3SFormat();
      case IQ4_NL -> new Iq4NlFormat(Iq4NlFormat.NO_SEARCH);
      case IQ4_XS -> new Iq4XsFormat();
      case TQ1_0 -> new Tq10Format();
      case TQ2_0 -> new Tq20Format();
      case MXFP4 -> new Mxfp4Format();
      case NVFP4 -> new Nvfp4Format();
      case Q1_0 -> new Q10Format();
      case Q2_0 -> new Q20Format();
    };
  }
}
