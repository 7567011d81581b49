package puna.gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import puna.tensor.Metadata;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;
import puna.text.FileText;

/// Reads one GGUF file from its bytes.
///
/// | field | type |
/// |---|---|
/// | magic `GGUF` | 4 bytes |
/// | version, 2 or 3 | u32 |
/// | tensors, metadata pairs | u64, u64 |
/// | pairs: key, type, value | string, u32, by type |
/// | tensors: name, rank, extents, type, offset | string, u32, u64 each, u32, u64 |
/// | padding up to a multiple of the alignment | |
/// | tensor data; offsets count from here | |
///
/// Source: the GGUF specification (ggml, docs/gguf.md). Of a big-endian file, which there are since
/// version 3, all numbers are: tensors are turned round when they are read.
final class GgufReader {
  static final int MAGIC = 0x46554747;
  private static final int FIRST_BIG_ENDIAN = 3;
  private static final int MAX_NAME_BYTES = 65535;
  private static final int DEFAULT_ALIGNMENT = 32;
  static final int MAX_ALIGNMENT = 1 << 30;
  private static final String ALIGNMENT_KEY = "general.alignment";
  // An empty string, a type and the smallest value.
  private static final int LEAST_PAIR_BYTES = 8 + 4 + 1;
  // An empty name, the rank, no extent, the type and the offset.
  private static final int LEAST_TENSOR_BYTES = 8 + 4 + 4 + 8;

  private final GgufCursor cursor;
  private final String origin;
  private final Map<String, MetadataType> types = new LinkedHashMap<>();

  private GgufReader(GgufCursor cursor, String origin) {
    this.cursor = cursor;
    this.origin = origin;
  }

  /// @param origin the file's name, for messages
  /// @throws ModelFormatException when the bytes break a rule of the format
  static GgufPart read(StoredBytes bytes, String origin, MemoryBudget budget) {
    return new GgufReader(new GgufCursor(bytes, origin, budget), origin).part();
  }

  /// The metadata up to where a part begins that the caller has no use for.
  ///
  /// @param end by the next key, and what was read before it
  static Metadata beginning(
      StoredBytes bytes, String origin, BiPredicate<String, Map<String, Object>> end) {
    GgufReader reader = new GgufReader(new GgufCursor(bytes, origin, new MemoryBudget()), origin);
    int _ = reader.version();
    long _ = reader.cursor.count(LEAST_TENSOR_BYTES, "the number of tensors");
    return reader.metadata(end);
  }

  private GgufPart part() {
    int version = version();
    long tensorCount = cursor.count(LEAST_TENSOR_BYTES, "the number of tensors");
    Metadata metadata = metadata((_, _) -> false);
    int alignment = alignment(metadata);
    List<TensorInfo> infos = tensorInfos(tensorCount, alignment);
    return new GgufPart(version, alignment, metadata, types, tensors(infos, alignment));
  }

  private int version() {
    if (cursor.size() == 0) {
      throw cursor.failure("a GGUF file starts with the letters GGUF, the file is empty");
    }
    int magic = cursor.int32("the magic number");
    if (magic != MAGIC) {
      throw cursor.failure(
          "a GGUF file starts with the letters GGUF, found bytes %08x"
              .formatted(Integer.reverseBytes(magic)));
    }
    int version = cursor.int32("the version");
    if (version == 1) {
      throw cursor.failure(
          "the version must be 2 or 3, found 1, which is no longer in use: convert the model again");
    }
    if (Integer.reverseBytes(version) == FIRST_BIG_ENDIAN) {
      cursor.turnRound();
      return FIRST_BIG_ENDIAN;
    }
    if (version != 0 && (version & 0xffff) == 0) {
      throw cursor.failure(
          "a big-endian file must be of version 3, found "
              + Integer.toUnsignedString(Integer.reverseBytes(version)));
    }
    if (version != 2 && version != 3) {
      throw cursor.failure(
          "the version must be 2 or 3, found " + Integer.toUnsignedString(version));
    }
    return version;
  }

  private Metadata metadata(BiPredicate<String, Map<String, Object>> end) {
    long pairCount = cursor.count(LEAST_PAIR_BYTES, "the number of metadata pairs");
    Map<String, Object> values = new LinkedHashMap<>();
    Set<String> escaped = new HashSet<>();
    MetadataReader reader = new MetadataReader(cursor);
    for (long i = 0; i < pairCount; i++) {
      cursor.enter("metadata pair " + i);
      String spelled = name("the key", cursor.string("the key"));
      String key = FileText.isEscaped(spelled) ? shownKey(spelled, values) : spelled;
      cursor.enter("metadata key " + GgufCursor.excerpt(key));
      if (end.test(key, values)) {
        break;
      }
      if (values.containsKey(key) || !key.equals(spelled) && !escaped.add(spelled)) {
        throw cursor.failure("a key may occur once, found it again as pair " + i);
      }
      MetadataType type = reader.type();
      if (key.equals(ALIGNMENT_KEY) && type != MetadataType.UINT32) {
        throw cursor.failure("the alignment must be of type uint32, found " + type);
      }
      values.put(key, reader.value(type));
      types.put(key, type == MetadataType.ARRAY ? reader.elements() : type);
    }
    return new Metadata(origin, values);
  }

  /// A name for a key that is not UTF-8: nobody asks for such keys, but they stay apart.
  private static String shownKey(String spelled, Map<String, Object> values) {
    String key = FileText.shown(spelled);
    while (values.containsKey(key)) {
      key += '\uFFFD';
    }
    return key;
  }

  private int alignment(Metadata metadata) {
    long alignment = metadata.integer(ALIGNMENT_KEY).orElse(DEFAULT_ALIGNMENT);
    cursor.enter("metadata key " + ALIGNMENT_KEY);
    if (Long.bitCount(alignment) != 1 || alignment > MAX_ALIGNMENT) {
      throw cursor.failure("the alignment must be a power of two up to 2^30, found " + alignment);
    }
    return (int) alignment;
  }

  private List<TensorInfo> tensorInfos(long tensorCount, int alignment) {
    List<TensorInfo> infos = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (long i = 0; i < tensorCount; i++) {
      cursor.enter("tensor " + i);
      // The entry in three collections, shape and segment.
      cursor.charge(4, GgufCursor.OBJECT_BYTES);
      TensorInfo info = tensorInfo(alignment);
      if (!names.add(info.name)) {
        throw cursor.failure("a tensor's name may occur once, found it again as tensor " + i);
      }
      infos.add(info);
    }
    return infos;
  }

  private TensorInfo tensorInfo(int alignment) {
    String name = name("the name", cursor.strictString("the name"));
    cursor.enter(GgufCursor.excerpt(name));
    Shape shape = shape();
    TensorType type = type();
    if (shape.columns() % type.blockSize() != 0) {
      throw cursor.failure(
          "rows of %s must hold a multiple of %s elements, found shape %s"
              .formatted(type, type.blockSize(), shape));
    }
    long offset = cursor.uint64("the offset");
    if (offset % alignment != 0) {
      throw cursor.failure("offset %s is not a multiple of %s".formatted(offset, alignment));
    }
    try {
      return new TensorInfo(name, type, shape, offset, type.byteSize(shape.elements()));
    } catch (ArithmeticException e) {
      throw cursor.failure("the size must be below 2^63 bytes, found shape " + shape);
    }
  }

  private Shape shape() {
    long rank = cursor.uint32("the rank");
    if (rank > Shape.MAX_RANK) {
      throw cursor.failure("the rank must be 0 to %s, found %s".formatted(Shape.MAX_RANK, rank));
    }
    // A tensor without extents is a single number.
    long[] extents = {1, 1, 1, 1};
    for (int axis = 0; axis < rank; axis++) {
      extents[axis] = cursor.uint64("extent " + axis);
      if (extents[axis] == 0) {
        throw cursor.failure("extent " + axis + " must be at least 1, found 0");
      }
    }
    Shape shape = Shape.of(Arrays.copyOf(extents, (int) Math.max(1, rank)));
    try {
      shape.elements();
    } catch (ArithmeticException e) {
      throw cursor.failure("the number of elements must be below 2^63, found shape " + shape);
    }
    return shape;
  }

  private TensorType type() {
    long id = cursor.uint32("the type");
    return TensorType.ofId(id)
        .orElseThrow(() ->
            cursor.failure(
                isRemoved(id)
                    ? "type %s was removed from the format: quantize the model again".formatted(id)
                    : "the type must be one of the format's, found number %s".formatted(id)));
  }

  /// Q4_2 and Q4_3, the repacked Q4_0 of three kinds of CPU, and those of IQ4_NL.
  private static boolean isRemoved(long id) {
    return (id >= 4 && id <= 5) || (id >= 31 && id <= 33) || (id >= 36 && id <= 38);
  }

  private List<Tensor> tensors(List<TensorInfo> infos, int alignment) {
    if (infos.isEmpty()) {
      return List.of();
    }
    long start = dataStart(alignment);
    checkOverlap(infos);
    List<Tensor> tensors = new ArrayList<>(infos.size());
    for (TensorInfo info : infos) {
      cursor.enter(GgufCursor.excerpt(info.name));
      long room = Math.max(0, cursor.size() - start);
      if (info.offset > room || info.size > room - info.offset) {
        throw cursor.failure(
            "the data must lie in the file, found offset %s, size %s where %s bytes of data follow"
                .formatted(info.offset, info.size, room));
      }
      StoredBytes content = inOrder(cursor.slice(start + info.offset, info.size), info.type);
      tensors.add(new Tensor(info.name, info.type, info.shape, content));
    }
    return List.copyOf(tensors);
  }

  private StoredBytes inOrder(StoredBytes stored, TensorType type) {
    if (!cursor.isBigEndian()) {
      return stored;
    }
    return BlockFields.of(type)
        .map(fields -> BigEndianBytes.turned(stored, fields))
        .orElseThrow(() ->
            cursor.failure(
                "tensors of a big-endian file must be of a type that has such files, found "
                    + type));
  }

  /// What the padding before it holds means nothing.
  private long dataStart(int alignment) {
    // Both terms are far below 2^62: the position lies within a file.
    return (cursor.position() + alignment - 1) / alignment * alignment;
  }

  private void checkOverlap(List<TensorInfo> infos) {
    List<TensorInfo> sorted = new ArrayList<>(infos);
    sorted.sort(Comparator.comparingLong(TensorInfo::offset));
    for (int i = 1; i < sorted.size(); i++) {
      TensorInfo before = sorted.get(i - 1);
      TensorInfo tensor = sorted.get(i);
      if (tensor.offset - before.offset < before.size) {
        cursor.enter(GgufCursor.excerpt(tensor.name));
        throw cursor.failure(
            "tensors must not overlap, found offset %s inside %s (offset %s, size %s)"
                .formatted(
                    tensor.offset, GgufCursor.excerpt(before.name), before.offset, before.size));
      }
    }
  }

  private String name(String what, String name) {
    if (name.isEmpty() || name.length() > MAX_NAME_BYTES) {
      throw cursor.failure(
          "%s must have 1 to %s characters, found %s"
              .formatted(what, MAX_NAME_BYTES, name.length()));
    }
    return name;
  }

  /// A directory entry: `offset` counts from the start of the tensor data, `size` is in bytes.
  private record TensorInfo(String name, TensorType type, Shape shape, long offset, long size) {}
}
