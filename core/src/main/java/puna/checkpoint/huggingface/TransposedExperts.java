package puna.checkpoint.huggingface;

import java.util.List;
import puna.safetensors.StoredArray;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// All experts of a layer of Llama 4 in one array, the other way round than all other matrices: a
/// row for each input. Gates and ups lie side by side in one of the two.
final class TransposedExperts {
  private static final String GATE_UP = "ffn_gate_up_exps";
  private static final String DOWN = "ffn_down_exps";

  private final HuggingFaceConfig config;
  private final StoredArray array; // [experts, inputs, outputs]
  private final TensorType type;

  TransposedExperts(HuggingFaceConfig config, StoredArray array, TensorType type) {
    this.config = config;
    this.array = array;
    this.type = type;
  }

  /// Whether a translated name is that of such an array.
  static boolean isOne(String translated) {
    return translated.contains(GATE_UP) || translated.contains(DOWN);
  }

  /// The tensors that it holds, a row for each output.
  List<Tensor> tensors(String translated) {
    boolean isBoth = translated.contains(GATE_UP);
    if (array.shape().length != 3 || array.elements() == 0 || isBoth && array.columns() % 2 != 0) {
      throw config.refusal(
          "tensor %s must be experts × inputs × outputs%s, found %s"
              .formatted(
                  array.name(),
                  isBoth ? ", gates and ups, as many of each" : "",
                  array.describe()));
    }
    TensorViews.Stack stack =
        new TensorViews.Stack(type, array.shape()[0], array.shape()[1], array.columns());
    if (!isBoth) {
      return List.of(
          TensorViews.transposed(translated, array.content(), stack, 0, array.columns()));
    }
    long half = array.columns() / 2;
    String gate = translated.replace(GATE_UP, "ffn_gate_exps");
    String up = translated.replace(GATE_UP, "ffn_up_exps");
    return List.of(
        TensorViews.transposed(gate, array.content(), stack, 0, half),
        TensorViews.transposed(up, array.content(), stack, half, half));
  }
}
