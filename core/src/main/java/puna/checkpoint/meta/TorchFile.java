package puna.checkpoint.meta;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import puna.checkpoint.meta.PickleValue.Storage;
import puna.checkpoint.meta.PickleValue.StoredTensor;
import puna.error.ModelFormatException;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// The tensors of one file that `torch.save` wrote: an archive of `ROOT/data.pkl`, which says what
/// there is, and `ROOT/data/KEY` for the bytes of each storage.
///
/// Source: PyTorch's serialization, since version 1.6.
final class TorchFile {
  private static final String PICKLE = "data.pkl";
  private static final long LARGEST_PICKLE = 16L << 20;
  private static final long LARGEST_WORD = 64;

  /// What NVIDIA's Transformer Engine keeps beside a layer's weights, for another training.
  private static final String FOREIGN_STATE = "._extra_state";

  private final String origin;
  private final Map<String, StoredBytes> entries;
  private final String root;

  private TorchFile(StoredBytes file, String origin) {
    this.origin = origin;
    this.entries = ZipArchive.read(file, origin);
    this.root = root();
  }

  /// The tensors by name, in the order of the file.
  ///
  /// @param origin the file's name, for messages
  /// @throws ModelFormatException when the file breaks its format, or holds more than tensors
  static SequencedMap<String, Tensor> read(StoredBytes file, String origin) {
    return new TorchFile(file, origin).tensors();
  }

  private String root() {
    List<String> pickles =
        entries.keySet().stream().filter(name -> name.endsWith("/" + PICKLE)).toList();
    if (pickles.size() != 1) {
      throw new ModelFormatException(
          "%s: directory of the archive: one entry must be called %s, found %s"
              .formatted(origin, PICKLE, pickles.size()));
    }
    String name = pickles.getFirst();
    return name.substring(0, name.length() - PICKLE.length());
  }

  private SequencedMap<String, Tensor> tensors() {
    requireLittleEndian();
    StoredBytes pickle = Objects.requireNonNull(entries.get(root + PICKLE));
    if (pickle.size() > LARGEST_PICKLE) {
      throw failure("may have %s bytes at most, found %s".formatted(LARGEST_PICKLE, pickle.size()));
    }
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    PickleMachine.read(pickle.toArray(), origin + ": " + PICKLE)
        .forEach((name, value) -> {
          if (value instanceof StoredTensor tensor && !name.endsWith(FOREIGN_STATE)) {
            tensors.put(name, tensor(name, tensor));
          }
        });
    return tensors;
  }

  private void requireLittleEndian() {
    StoredBytes order = entries.get(root + "byteorder");
    if (order == null) {
      return;
    }
    String word =
        order.size() > LARGEST_WORD
            ? order.size() + " bytes"
            : new String(order.toArray(), StandardCharsets.UTF_8);
    if (!word.equals("little")) {
      throw new ModelFormatException(
          "%s: entry byteorder: must be little, found %s".formatted(origin, word));
    }
  }

  private Tensor tensor(String name, StoredTensor tensor) {
    Storage storage = tensor.storage();
    StoredBytes bytes = storage(name, storage);
    Optional<TensorType> type = storage.of().type();
    if (type.isEmpty()) {
      throw failure(
          "tensor %s: must be of floating-point or signed numbers, found %s"
              .formatted(ZipEntry.excerpt(name), storage.of().kind()));
    }
    List<Long> sizes = tensor.sizes();
    if (sizes.contains(0L)) {
      throw failure(
          "tensor %s: must have elements, found sizes %s".formatted(ZipEntry.excerpt(name), sizes));
    }
    Shape shape =
        sizes.isEmpty()
            ? Shape.of(1)
            : Shape.of(sizes.reversed().stream().mapToLong(Long::longValue).toArray());
    int elementBytes = storage.of().elementBytes();
    return new Tensor(
        name,
        type.get(),
        shape,
        bytes.slice(tensor.offset() * elementBytes, shape.elements() * elementBytes));
  }

  private StoredBytes storage(String name, Storage storage) {
    StoredBytes bytes = entries.get(root + "data/" + storage.key());
    long wanted = storage.elements() * storage.of().elementBytes();
    if (bytes == null || bytes.size() != wanted) {
      throw failure(
          "tensor %s: the archive must have an entry data/%s of %s bytes, found %s"
              .formatted(
                  ZipEntry.excerpt(name),
                  ZipEntry.excerpt(storage.key()),
                  wanted,
                  bytes == null ? "none" : bytes.size()));
    }
    return bytes;
  }

  private ModelFormatException failure(String finding) {
    return new ModelFormatException("%s: %s: %s".formatted(origin, PICKLE, finding));
  }
}
