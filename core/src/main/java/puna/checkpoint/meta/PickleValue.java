package puna.checkpoint.meta;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.tensor.TensorType;

/// What the pickle of a checkpoint can hold: nothing else is ever made of one.
sealed interface PickleValue {
  /// What a message calls such a value.
  String kind();

  /// A text.
  record Text(String value) implements PickleValue {
    @Override
    public String kind() {
      return "a text";
    }
  }

  /// An integer.
  record Int(long value) implements PickleValue {
    @Override
    public String kind() {
      return "the integer " + value;
    }
  }

  /// Values that stand for themselves.
  enum Single implements PickleValue {
    NONE,
    TRUE,
    FALSE,
    /// Where the items of a tuple, list or dictionary begin on the stack.
    MARK,
    /// An object of a known class that is no tensor: nothing of it is kept.
    FOREIGN;

    @Override
    public String kind() {
      return switch (this) {
        case NONE -> "None";
        case TRUE -> "True";
        case FALSE -> "False";
        case MARK -> "a mark";
        case FOREIGN -> "an object that is no tensor";
      };
    }
  }

  /// A tuple. Items are compared by nobody: it may hold itself by way of a list.
  record Tuple(List<PickleValue> items) implements PickleValue {
    @Override
    public String kind() {
      return "a tuple of " + items.size();
    }
  }

  /// A list, which grows.
  record Items(List<PickleValue> items) implements PickleValue {
    Items() {
      this(new ArrayList<>());
    }

    @Override
    public String kind() {
      return "a list of " + items.size();
    }
  }

  /// A dictionary, which grows. The values of keys that are no text are not kept.
  record Dictionary(Map<String, PickleValue> members) implements PickleValue {
    Dictionary() {
      this(new LinkedHashMap<>());
    }

    @Override
    public String kind() {
      return "a dictionary of " + members.size();
    }
  }

  /// A class or a function that a checkpoint may name.
  enum Global implements PickleValue {
    ORDERED_DICTIONARY("collections.OrderedDict"),
    REBUILD_TENSOR("torch._utils._rebuild_tensor_v2"),
    BYTES_IO("io.BytesIO"),
    NATIVE_BYTES_IO("_io.BytesIO"),
    ENCODE("codecs.encode"),
    NATIVE_ENCODE("_codecs.encode"),
    FLOAT("torch.FloatStorage", TensorType.F32, 4),
    HALF("torch.HalfStorage", TensorType.F16, 2),
    BFLOAT16("torch.BFloat16Storage", TensorType.BF16, 2),
    DOUBLE("torch.DoubleStorage", TensorType.F64, 8),
    CHAR("torch.CharStorage", TensorType.I8, 1),
    SHORT("torch.ShortStorage", TensorType.I16, 2),
    INT("torch.IntStorage", TensorType.I32, 4),
    LONG("torch.LongStorage", TensorType.I64, 8),
    BYTE("torch.ByteStorage", 1),
    BOOL("torch.BoolStorage", 1);

    private final String path;
    private final Optional<TensorType> type;
    private final int elementBytes;

    Global(String path) {
      this(path, 0);
    }

    Global(String path, int elementBytes) {
      this.path = path;
      this.type = Optional.empty();
      this.elementBytes = elementBytes;
    }

    Global(String path, TensorType type, int elementBytes) {
      this.path = path;
      this.type = Optional.of(type);
      this.elementBytes = elementBytes;
    }

    static Optional<Global> named(String path) {
      for (Global global : values()) {
        if (global.path.equals(path)) {
          return Optional.of(global);
        }
      }
      return Optional.empty();
    }

    /// The type that elements of such a storage have here, if any.
    Optional<TensorType> type() {
      return type;
    }

    /// Bytes an element of such a storage; 0 where this is none.
    int elementBytes() {
      return elementBytes;
    }

    @Override
    public String kind() {
      return path;
    }
  }

  /// Bytes that tensors are cut from.
  ///
  /// @param of the class of its elements
  /// @param key the name of its entry in `data`
  record Storage(Global of, String key, long elements) implements PickleValue {
    @Override
    public String kind() {
      return "storage " + ZipEntry.excerpt(key);
    }
  }

  /// A tensor whose elements lie one behind the other in its storage.
  ///
  /// @param offset elements before it
  /// @param sizes its extents, the slowest first
  record StoredTensor(Storage storage, long offset, List<Long> sizes) implements PickleValue {
    @Override
    public String kind() {
      return "a tensor";
    }
  }
}
