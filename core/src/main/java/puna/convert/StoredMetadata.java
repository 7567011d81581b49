package puna.convert;

import java.util.Map;
import java.util.Optional;
import puna.error.ModelFormatException;
import puna.format.ModelContents;
import puna.gguf.GgufWriter;
import puna.gguf.MetadataType;
import puna.tensor.OutOfRange;
import puna.tensor.TensorType;

/// The metadata of a GGUF model with the types that they have there; what says how the model was
/// split is left out.
final class StoredMetadata {
  private static final String SPLIT = "split.";

  private StoredMetadata() {}

  /// @param type that matrices are converted to, if any
  static void write(ModelContents model, Optional<TensorType> type, GgufWriter writer) {
    Map<String, MetadataType> types = model.storedTypes().orElseThrow();
    Optional<Long> number = type.flatMap(FileType::number);
    model
        .metadata()
        .values()
        .forEach((key, value) -> {
          boolean isReplaced = type.isPresent() && key.equals(FileType.KEY);
          if (isReplaced) {
            number.ifPresent(changed -> writer.uint32(key, changed));
          } else if (!key.startsWith(SPLIT)) {
            writer.set(key, requireType(types, key), checked(model, key, value));
          }
        });
    Map<String, Object> values = model.metadata().values();
    if (!values.containsKey(FileType.KEY)) {
      number.ifPresent(added -> writer.uint32(FileType.KEY, added));
    }
    if (type.isPresent() && !values.containsKey(FileType.VERSION_KEY)) {
      writer.uint32(FileType.VERSION_KEY, FileType.VERSION);
    }
  }

  private static MetadataType requireType(Map<String, MetadataType> types, String key) {
    MetadataType type = types.get(key);
    if (type == null) {
      throw new AssertionError(key);
    }
    return type;
  }

  private static Object checked(ModelContents model, String key, Object value) {
    if (value instanceof OutOfRange odd) {
      throw new ModelFormatException(
          "%s: metadata key %s %s, found %s"
              .formatted(model.origin(), key, odd.rule(), odd.offender()));
    }
    return value;
  }
}
