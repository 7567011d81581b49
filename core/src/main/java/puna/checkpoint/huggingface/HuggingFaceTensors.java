package puna.checkpoint.huggingface;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import puna.error.ModelFormatException;
import puna.safetensors.ElementType;
import puna.safetensors.StoredArray;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.tensor.TensorViews;

/// The arrays of a checkpoint under GGUF's names, with rows of queries and keys in the order of
/// pairs, and codes of 8 bits with their scales.
final class HuggingFaceTensors {
  private static final List<String> SCALES = List.of("weight_scale", "weight_scale_inv");
  private static final String OUTPUT = "output.weight";

  private final HuggingFaceConfig config;
  private final Map<String, StoredArray> arrays;
  private final CodeScales scales;
  private final HuggingFaceNames names;
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();

  HuggingFaceTensors(HuggingFaceConfig config, Map<String, StoredArray> arrays) {
    this.config = config;
    this.arrays = arrays;
    this.scales = new CodeScales(config);
    this.names = new HuggingFaceNames(config);
  }

  SequencedMap<String, Tensor> tensors() {
    arrays.forEach((name, array) -> {
      if (names.isRead(name) && !isScale(name)) {
        add(name, array);
      }
    });
    if (config.tiesEmbeddings()) {
      tensors.remove(OUTPUT); // transformers does not read it then either
    } else if (!tensors.containsKey(OUTPUT)) {
      throw config.refusal(
          "where tie_word_embeddings is not true there must be a tensor lm_head.weight, found none");
    }
    config
        .ropeDivisors()
        .ifPresent(divisors ->
            tensors.put(
                "rope_freqs.weight",
                new Tensor(
                    "rope_freqs.weight",
                    TensorType.F32,
                    Shape.of(divisors.length),
                    MemorySegment.ofArray(divisors))));
    return tensors;
  }

  private static boolean isScale(String name) {
    return SCALES.stream().anyMatch(scale -> name.endsWith("." + scale))
        || TransposedExperts.isScale(name);
  }

  private void add(String name, StoredArray array) {
    String translated = names.translated(name);
    if (TransposedExperts.isOne(translated)) {
      experts(translated, array).forEach(tensor -> put(name, tensor));
      return;
    }
    Tensor tensor = tensor(translated, array);
    int heads = config.isFourth() ? 0 : turnedHeads(translated);
    if (heads > 0) {
      requireHeads(name, tensor, heads);
      tensor = TensorViews.interleaved(tensor, heads);
    }
    put(name, tensor);
  }

  private List<Tensor> experts(String translated, StoredArray array) {
    Optional<TensorType> code = CodeScales.codeType(array.type());
    TransposedExperts experts =
        new TransposedExperts(config, array, code.orElseGet(() -> type(array)));
    Optional<StoredArray> scale = experts.scale(arrays);
    return code.isPresent() || scale.isPresent()
        ? experts.tensors(translated, scales, scale)
        : experts.tensors(translated);
  }

  private int turnedHeads(String translated) {
    return translated.contains(".attn_q.")
        ? config.heads()
        : translated.contains(".attn_k.") ? config.kvHeads() : 0;
  }

  private void put(String name, Tensor tensor) {
    if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
      throw config.refusal(
          "tensor %s may occur once, found it under another prefix too".formatted(name));
    }
  }

  /// Checked here, since rows can only be put in order where they are the heads'.
  private void requireHeads(String name, Tensor tensor, int heads) {
    Shape shape = tensor.shape();
    long rows = shape.rows() == 1 ? shape.columns() : shape.rows();
    long wanted = (long) heads * config.headSize();
    if (rows != wanted || config.headSize() % 2 != 0) {
      throw config.refusal(
          "tensor %s must have %s rows, %s heads of an even size %s, found %s"
              .formatted(name, wanted, heads, config.headSize(), rows));
    }
  }

  private Tensor tensor(String name, StoredArray array) {
    if (array.shape().length < 1 || array.shape().length > 2 || array.elements() == 0) {
      throw config.refusal(
          "tensor %s must be a vector or a matrix, found %s"
              .formatted(array.name(), array.describe()));
    }
    Shape shape =
        array.shape().length == 1
            ? Shape.of(array.columns())
            : Shape.of(array.columns(), array.rows());
    Optional<StoredArray> scale =
        SCALES.stream()
            .map(kind -> arrays.get(owner(array.name()) + kind))
            .filter(found -> found != null)
            .findFirst();
    if (CodeScales.codeType(array.type()).isPresent() || scale.isPresent()) {
      return scales.tensor(name, array, scale);
    }
    if (array.type() == ElementType.F64) {
      return Doubles.decoded(name, shape, array);
    }
    return new Tensor(name, type(array), shape, array.content());
  }

  private static String owner(String weight) {
    return weight.endsWith("weight")
        ? weight.substring(0, weight.length() - "weight".length())
        : weight + '.';
  }

  private TensorType type(StoredArray array) {
    return switch (array.type()) {
      case F32 -> TensorType.F32;
      case F16 -> TensorType.F16;
      case BF16 -> TensorType.BF16;
      default -> throw refusedType(array);
    };
  }

  private ModelFormatException refusedType(StoredArray array) {
    return config.refusal(
        "tensor %s must be F64, F32, F16, BF16, or F8_E4M3, F8_E5M2 or I8 with scales, found %s"
            .formatted(array.name(), array.describe()));
  }
}
