package puna.gguf;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import puna.file.ModelFile;
import puna.file.ModelFileSet;
import puna.tensor.Metadata;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// An open GGUF model: metadata and tensor directory, validated on open.
///
/// Files of version 2 and 3 and big-endian ones of version 3, whole or split. Tensors are read from
/// the file when they are asked for, and cannot be read after the file is closed. [#map] puts them
/// into memory without reading them.
public final class GgufFile implements TensorSource {
  private static final String VOCABULARY = "tokenizer.";
  private static final String ARCHITECTURE = "general.architecture";

  private final GgufPart first;
  private final ModelFileSet files;
  private final SequencedMap<String, Tensor> tensors;

  GgufFile(ModelFileSet files, List<GgufPart> parts) {
    this.first = parts.getFirst();
    this.files = files;
    SequencedMap<String, Tensor> byName = new LinkedHashMap<>();
    parts.forEach(part -> part.tensors().forEach(tensor -> byName.put(tensor.name(), tensor)));
    this.tensors = Collections.unmodifiableSequencedMap(byName);
  }

  /// Opens a model file, and the further files of a split model beside it.
  ///
  /// @throws puna.error.ModelFormatException when the file breaks a rule of the format
  /// @throws puna.error.ModelReadException when it cannot be read
  public static GgufFile open(Path file) {
    return new GgufOpener(file).open();
  }

  /// What a file's metadata says before its vocabulary, which is most of it and is not read. Of a
  /// split model the first file says it.
  ///
  /// @throws puna.error.ModelFormatException when that beginning breaks a rule of the format
  /// @throws puna.error.ModelReadException when it cannot be read
  public static Metadata beginning(Path file) {
    try (ModelFileSet files = new ModelFileSet()) {
      return GgufReader.beginning(
          files.open(file),
          ModelFile.name(file),
          (key, before) -> key.startsWith(VOCABULARY) && before.containsKey(ARCHITECTURE));
    }
  }

  @Override
  public String origin() {
    return files.files().getFirst().name();
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

  /// The types that metadata values have in the file; of arrays that of their elements.
  public Map<String, MetadataType> types() {
    return first.types();
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
    return files.paths();
  }

  /// Bytes of all files together.
  public long fileSize() {
    return files.size();
  }

  /// Maps the files, so that tensors lie in memory and pages are shared with other processes. Who
  /// reads that memory after a file was cut short dies of it: the JVM throws `InternalError` where
  /// it can, and ends where it cannot.
  ///
  /// @throws puna.error.ModelReadException when the system does not map them
  public void map() {
    files.map();
  }

  /// Throws unless the files are, by their lengths and the times of their last changes, those that
  /// were opened: otherwise what was read belongs to two models.
  ///
  /// @throws puna.error.ModelReadException when one was changed
  public void requireUnchanged() {
    files.requireUnchanged();
  }

  /// Closes the files. Tensors must not be read any more: they throw `IllegalStateException`.
  @Override
  public void close() {
    files.close();
  }
}
