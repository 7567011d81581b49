package puna.gguf;

import java.util.List;
import java.util.Optional;

/// The types that a metadata value, or the elements of an array, may have in a file.
///
/// Source: the GGUF specification, `gguf_metadata_value_type`.
public enum MetadataType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  /// A length of 64 bits, then that many bytes of UTF-8.
  STRING(8, 8),
  /// The type of the elements, their number, the elements.
  ARRAY(9, 12),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private static final MetadataType[] VALUES = values();

  private final int id;
  private final int leastBytes;

  MetadataType(int id, int leastBytes) {
    this.id = id;
    this.leastBytes = leastBytes;
  }

  /// The number that stands for this type in files.
  public int id() {
    return id;
  }

  /// Bytes of a value; of a string or an array without its contents.
  int leastBytes() {
    return leastBytes;
  }

  /// The type that files usually have for a value, or for the elements of an array.
  static MetadataType usual(String key, Object value) {
    return switch (value) {
      case Long _ -> UINT32;
      case long[] _ -> INT32;
      case Double _, double[] _ -> FLOAT32;
      case Boolean _, boolean[] _ -> BOOL;
      case String _, List<?> _ -> STRING;
      default -> throw new IllegalArgumentException(key + " has no kind in GGUF files: " + value);
    };
  }

  static Optional<MetadataType> ofId(long id) {
    return id >= 0 && id < VALUES.length ? Optional.of(VALUES[(int) id]) : Optional.empty();
  }
}
