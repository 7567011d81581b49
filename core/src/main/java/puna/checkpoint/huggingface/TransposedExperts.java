package puna.checkpoint.huggingface;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import puna.safetensors.StoredArray;
import puna.tensor.ScaleGrid;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// All experts of a layer of Llama 4 in one array, the other way round than all other matrices: a
/// row for each input. Gates and ups lie side by side in one of the two.
final class TransposedExperts {
  private static final String GATE_UP = "ffn_gate_up_exps";
  private static final String DOWN = "ffn_down_exps";

  /// What stands behind the array's name in that of its scales.
  private static final List<String> SCALES = List.of("_scale", "_weight_scale");

  private static final Pattern SCALE =
      Pattern.compile(".*\\.experts\\.(gate_up|down)_proj(_weight)?_scale");

  private final HuggingFaceConfig config;
  private final StoredArray array; // [experts, inputs, outputs]
  private final TensorType type;

  TransposedExperts(HuggingFaceConfig config, StoredArray array, TensorType type) {
    this.config = config;
    this.array = array;
    this.type = type;
  }

  /// Some outputs of all experts, which make a tensor.
  private record Part(String name, long first, long count) {}

  /// Whether a translated name is that of such an array.
  static boolean isOne(String translated) {
    return translated.contains(GATE_UP) || translated.contains(DOWN);
  }

  /// Whether the name is that of an array of scales for such an array.
  static boolean isScale(String name) {
    return SCALE.matcher(name).matches();
  }

  /// The array of scales beside this one.
  Optional<StoredArray> scale(Map<String, StoredArray> arrays) {
    return SCALES.stream()
        .map(kind -> arrays.get(array.name() + kind))
        .filter(Objects::nonNull)
        .findFirst();
  }

  /// The tensors that it holds, a row for each output.
  List<Tensor> tensors(String translated) {
    return parts(translated).map(this::turned).toList();
  }

  /// The same of codes of 8 bits with their scales: one an output, an expert, or the array.
  List<Tensor> tensors(String translated, CodeScales scales, Optional<StoredArray> scale) {
    if (CodeScales.codeType(array.type()).isEmpty()) {
      throw config.refusal(
          "tensor %s: only codes of 8 bits have scales, found %s"
              .formatted(array.name(), array.describe()));
    }
    StoredArray found =
        scale.orElseThrow(() ->
            config.refusal(
                "tensor %s: codes need %s_scale beside them, found none"
                    .formatted(array.name(), array.name())));
    TensorType numbers = scales.checked(found);
    return parts(translated)
        .map(part -> {
          Tensor turned = turned(part);
          ScaleGrid grid = grid(found, numbers, part);
          return new Tensor(
              turned.name(), type, turned.shape(), turned.content(), Optional.of(grid));
        })
        .toList();
  }

  private Stream<Part> parts(String translated) {
    boolean isBoth = translated.contains(GATE_UP);
    if (array.shape().length != 3 || array.elements() == 0 || isBoth && array.columns() % 2 != 0) {
      throw config.refusal(
          "tensor %s must be experts × inputs × outputs%s, found %s"
              .formatted(
                  array.name(),
                  isBoth ? ", gates and ups, as many of each" : "",
                  array.describe()));
    }
    if (!isBoth) {
      return Stream.of(new Part(translated, 0, array.columns()));
    }
    long half = array.columns() / 2;
    return Stream.of(
        new Part(translated.replace(GATE_UP, "ffn_gate_exps"), 0, half),
        new Part(translated.replace(GATE_UP, "ffn_up_exps"), half, half));
  }

  private Tensor turned(Part part) {
    TensorViews.Stack stack =
        new TensorViews.Stack(type, array.shape()[0], array.shape()[1], array.columns());
    return TensorViews.transposed(part.name(), array.content(), stack, part.first(), part.count());
  }

  private ScaleGrid grid(StoredArray scale, TensorType numbers, Part part) {
    long experts = array.shape()[0];
    long inputs = array.shape()[1];
    long outputs = array.columns();
    if (scale.elements() == 1) {
      Tensor all = new Tensor(scale.name(), numbers, Shape.of(1), scale.content());
      return new ScaleGrid(all, experts * part.count(), inputs);
    }
    if (scale.shape()[0] == experts && scale.elements() == experts) {
      Tensor each = new Tensor(scale.name(), numbers, Shape.of(1, experts), scale.content());
      return new ScaleGrid(each, part.count(), inputs);
    }
    if (scale.shape()[0] != experts || scale.elements() != experts * outputs) {
      throw config.refusal(
          "tensor %s: scales must be one, one an expert or one an output, found %s for %s"
              .formatted(array.name(), scale.describe(), array.describe()));
    }
    Tensor all = new Tensor(scale.name(), numbers, Shape.of(outputs, experts), scale.content());
    Tensor own = TensorViews.columns(all, part.first(), part.count());
    return new ScaleGrid(TensorViews.shaped(Shape.of(1, part.count() * experts), own), 1, inputs);
  }
}
