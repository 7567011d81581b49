package puna.gguf;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import puna.tensor.Metadata;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// A mapped GGUF model: metadata and tensor directory, validated on open.
///
/// Little-endian files of version 2 and 3, whole or split. Tensors are read-only views of the
/// mapping: they cost no heap, and are gone when the file is closed.
public final class GgufFile implements TensorSource {
  private final Arena arena;
  private final GgufPart first;
  private final List<Path> files;
  private final long fileSize;
  private final SequencedMap<String, Tensor> tensors;
  private final AtomicBoolean closed = new AtomicBoolean();

  GgufFile(Arena arena, List<Path> files, long fileSize, List<GgufPart> parts) {
    this.arena = arena;
    this.first = parts.getFirst();
    this.files = List.copyOf(files);
    this.fileSize = fileSize;
    SequencedMap<String, Tensor> byName = new LinkedHashMap<>();
    parts.forEach(part -> part.tensors().forEach(tensor -> byName.put(tensor.name(), tensor)));
    this.tensors = Collections.unmodifiableSequencedMap(byName);
  }

  /// Maps a model file, and the further files of a split model beside it.
  ///
  /// @throws puna.tensor.ModelFormatException when the file breaks a rule of the format
  /// @throws java.io.UncheckedIOException when it cannot be read
  public static GgufFile open(Path file) {
    return new GgufOpener(file).open();
  }

  @Override
  public String origin() {
    return GgufOpener.name(files.getFirst());
  }

  /// The metadata; of a split model those of its first file.
  @Override
  public Metadata metadata() {
    return first.metadata();
  }

  @Override
  public SequencedMap<String, Tensor> tensors() {
    return tensors;
  }

  /// The version of the format: 2 or 3.
  public int version() {
    return first.version();
  }

  /// The bytes that offsets of tensors are multiples of.
  public int alignment() {
    return first.alignment();
  }

  /// The model's file, or the files of a split model in order.
  public List<Path> files() {
    return files;
  }

  /// Bytes of all files together.
  public long fileSize() {
    return fileSize;
  }

  /// Unmaps the files. Tensors must not be read any more: they throw `IllegalStateException`.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
    }
  }
}
