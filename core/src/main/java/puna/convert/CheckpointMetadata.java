package puna.convert;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import puna.format.ModelContents;
import puna.gguf.GgufWriter;
import puna.gguf.MetadataType;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// The metadata of a checkpoint, in the order in which llama.cpp's converter writes them.
final class CheckpointMetadata {
  private static final String ARCHITECTURE = "general.architecture";
  private static final String NAME = "general.name";
  private static final String SAMPLING = "general.sampling.";
  private static final String TEMPLATE = "tokenizer.chat_template";
  private static final String SCALING = ".rope.scaling.";
  private static final List<String> SAMPLING_ORDER =
      List.of("top_k", "top_p", "min_p", "temp", "penalty_repeat");
  private static final List<String> SIZES =
      List.of(
          ".block_count",
          ".context_length",
          ".embedding_length",
          ".feed_forward_length",
          ".attention.head_count",
          ".attention.head_count_kv");
  private static final List<String> SCALES =
      List.of(
          ".rope.freq_base",
          ".attention.layer_norm_rms_epsilon",
          ".attention.key_length",
          ".attention.value_length");
  private static final List<String> LAST = List.of(".vocab_size", ".rope.dimension_count");

  private final SequencedMap<String, Object> left;
  private final String architecture;
  private final SequencedMap<String, Object> values = new LinkedHashMap<>();

  private CheckpointMetadata(ModelContents model) {
    this.left = new LinkedHashMap<>(model.metadata().values());
    this.architecture = model.metadata().requireString(ARCHITECTURE);
  }

  /// @param type of the matrices
  static void write(ModelContents model, TensorType type, GgufWriter writer) {
    CheckpointMetadata metadata = new CheckpointMetadata(model);
    metadata.order(model, type);
    metadata.values.putAll(model.tokenizerKeys());
    metadata.values.forEach((key, value) -> {
      if (key.startsWith(SAMPLING) && value instanceof Long) {
        writer.set(key, MetadataType.INT32, value);
      } else {
        writer.setAll(new LinkedHashMap<>(Map.of(key, value)));
      }
    });
  }

  private void order(ModelContents model, TensorType type) {
    take(ARCHITECTURE);
    left.remove("general.type");
    values.put("general.type", "model");
    SAMPLING_ORDER.forEach(name -> take(SAMPLING + name));
    Object name = left.remove(NAME);
    values.putAll(
        ModelName.keys(name == null ? model.origin() : name.toString(), parameters(model)));
    SIZES.forEach(key -> take(architecture + key));
    List.copyOf(left.keySet()).stream()
        .filter(key -> key.startsWith(architecture + SCALING))
        .forEach(this::take);
    SCALES.forEach(key -> take(architecture + key));
    FileType.number(type).ifPresent(number -> values.put(FileType.KEY, number));
    LAST.forEach(key -> take(architecture + key));
    List.copyOf(left.keySet()).stream()
        .filter(key -> !key.startsWith(TEMPLATE)) // comes with the tokenizer
        .forEach(this::take);
    values.put(FileType.VERSION_KEY, FileType.VERSION);
  }

  private void take(String key) {
    Object value = left.remove(key);
    if (value != null) {
      values.put(key, value);
    }
  }

  private static long parameters(ModelContents model) {
    return model.tensors().values().stream().mapToLong(CheckpointMetadata::elements).sum();
  }

  private static long elements(Tensor tensor) {
    return tensor.shape().elements();
  }
}
