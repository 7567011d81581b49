package puna.checkpoint.llama2c;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import puna.checkpoint.Checkpoint;
import puna.error.ModelException;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.file.ModelFile;
import puna.file.ModelFileSet;
import puna.tensor.Metadata;

/// Opens files of llama2.c, versions 0 to 2.
///
/// Its programs have the rotary base and the epsilon built in, so that they are in no file.
public final class Llama2cCheckpoint {
  private static final String TOKENIZER = "tokenizer.bin";
  private static final double ROPE_BASE = 10_000;
  private static final double EPSILON = 1e-5;

  private Llama2cCheckpoint() {}

  /// Whether a path names such a file, or a folder with exactly one. Version 0 has no magic: its
  /// file has exactly the size that its first seven numbers make.
  public static boolean recognises(Path fileOrFolder) {
    return file(fileOrFolder).isPresent();
  }

  /// The `tokenizer.bin` that lies beside the weights, if any.
  public static Optional<Path> tokenizer(Path fileOrFolder) {
    return file(fileOrFolder)
        .map(file -> file.resolveSibling(TOKENIZER))
        .filter(Files::isRegularFile);
  }

  /// @throws ModelFormatException when the file breaks its format
  /// @throws ModelReadException when it cannot be read
  public static Checkpoint open(Path fileOrFolder) {
    Path path = Files.isDirectory(fileOrFolder) ? only(fileOrFolder) : fileOrFolder;
    ModelFileSet files = new ModelFileSet();
    boolean opened = false;
    try {
      ModelFile file = files.open(path);
      Llama2cHeader header = Llama2cHeader.read(file, file.name());
      Checkpoint checkpoint =
          new Checkpoint(
              file.name(),
              files,
              new Metadata(file.name(), metadata(modelName(path), header)),
              Llama2cTensors.read(file, header, file.name()));
      opened = true;
      return checkpoint;
    } finally {
      if (!opened) {
        files.close();
      }
    }
  }

  private static Path only(Path folder) {
    return file(folder)
        .orElseThrow(() ->
            new ModelFormatException(
                "%s: must hold exactly one file of llama2.c, found %s"
                    .formatted(ModelFile.name(folder), candidates(folder).size())));
  }

  private static Optional<Path> file(Path fileOrFolder) {
    if (!Files.isDirectory(fileOrFolder)) {
      return Optional.of(fileOrFolder).filter(Llama2cCheckpoint::isOne);
    }
    List<Path> candidates = candidates(fileOrFolder);
    return candidates.size() == 1 ? Optional.of(candidates.getFirst()) : Optional.empty();
  }

  private static List<Path> candidates(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> ModelFile.name(file).endsWith(".bin"))
          .filter(Llama2cCheckpoint::isOne)
          .toList();
    } catch (IOException e) {
      throw new ModelReadException("%s: cannot be listed: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static boolean isOne(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (ModelFile file = ModelFile.open(path)) {
      return Llama2cHeader.isMarked(file)
          || Llama2cTensors.size(Llama2cHeader.read(file, file.name())) == file.size();
    } catch (ModelException _) {
      return false;
    }
  }

  private static String modelName(Path file) {
    String name = ModelFile.name(file);
    return name.endsWith(".bin") ? name.substring(0, name.length() - ".bin".length()) : name;
  }

  private static SequencedMap<String, Object> metadata(String name, Llama2cHeader header) {
    SequencedMap<String, Object> values = new LinkedHashMap<>();
    values.put("general.architecture", "llama");
    values.put("general.type", "model");
    values.put("general.name", name);
    values.put("llama.vocab_size", (long) header.vocabulary());
    values.put("llama.context_length", (long) header.context());
    values.put("llama.embedding_length", (long) header.width());
    values.put("llama.block_count", (long) header.layers());
    values.put("llama.feed_forward_length", (long) header.feedForward());
    values.put("llama.attention.head_count", (long) header.heads());
    values.put("llama.attention.head_count_kv", (long) header.kvHeads());
    values.put("llama.attention.key_length", (long) header.headSize());
    values.put("llama.attention.value_length", (long) header.headSize());
    values.put("llama.attention.layer_norm_rms_epsilon", EPSILON);
    values.put("llama.rope.dimension_count", (long) header.headSize());
    values.put("llama.rope.freq_base", ROPE_BASE);
    return values;
  }
}
