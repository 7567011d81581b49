package puna.checkpoint.huggingface;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import puna.checkpoint.Checkpoint;
import puna.error.ModelFormatException;
import puna.file.ModelFile;
import puna.file.ModelFileSet;
import puna.safetensors.SafetensorsReader;
import puna.safetensors.StoredArray;
import puna.tensor.Metadata;
import puna.token.file.KeysRequest;
import puna.token.file.TokenizerSettings;

/// A folder of Hugging Face's kind: configuration, weights as safetensors, tokenizer, templates.
public final class HuggingFaceCheckpoint {
  private final HuggingFaceFolder folder;

  private HuggingFaceCheckpoint(HuggingFaceFolder folder) {
    this.folder = folder;
  }

  /// The checkpoint that a folder is, or that a file in it belongs to; empty where it is none.
  public static Optional<HuggingFaceCheckpoint> at(Path named) {
    return HuggingFaceFolder.of(named).map(HuggingFaceCheckpoint::new);
  }

  /// Opens all files of weights.
  ///
  /// @throws ModelFormatException when one is missing, or breaks a rule
  /// @throws puna.error.ModelReadException when one cannot be read
  // The files pass to the checkpoint, or are closed here.
  public Checkpoint open() {
    HuggingFaceConfig config = new HuggingFaceConfig(folder.requireConfig());
    Map<String, Object> values = config.metadata(folder.name());
    values.putAll(new HuggingFaceGeneration(folder).metadata());
    ModelFileSet files = new ModelFileSet();
    boolean opened = false;
    try {
      SequencedMap<String, StoredArray> arrays = arrays(files);
      Checkpoint checkpoint =
          new Checkpoint(
              folder.name(),
              files,
              new Metadata(folder.name(), values),
              new HuggingFaceTensors(config, arrays).tensors());
      opened = true;
      return checkpoint;
    } finally {
      if (!opened) {
        files.close();
      }
    }
  }

  /// All arrays by the names of their files and their own, as other programs see them: the headers'
  /// order goes by the types.
  private SequencedMap<String, StoredArray> arrays(ModelFileSet files) {
    SequencedMap<String, StoredArray> all = new LinkedHashMap<>();
    new TreeMap<>(folder.weights())
        .forEach((path, indexed) -> {
          ModelFile file = files.open(path);
          Map<String, StoredArray> arrays = SafetensorsReader.read(file, file.name());
          for (String name : indexed) {
            if (!arrays.containsKey(name)) {
              throw new ModelFormatException(
                  "%s: the index places tensor %s here, found none of that name"
                      .formatted(file.name(), name));
            }
          }
          new TreeMap<>(arrays)
              .forEach((name, array) -> {
                if (all.putIfAbsent(name, array) != null) {
                  throw new ModelFormatException(
                      "%s: tensor %s may occur once, found it in an earlier file too"
                          .formatted(file.name(), name));
                }
              });
        });
    return all;
  }

  /// The tokenizer's file; empty where the folder has none.
  public Optional<Path> tokenizer() {
    return Stream.of("tokenizer.json", "tokenizer.model")
        .filter(folder::has)
        .findFirst()
        .map(folder.path()::resolve);
  }

  /// The tokenizer as its keys in a GGUF file tell it; SentencePiece's own file has the scores that
  /// they want and goes before the other.
  ///
  /// @param tokenizer the file that texts are read by
  /// @param vocabulary ids of the model
  /// @param templates keys of chat templates
  public KeysRequest tokenizerKeys(
      Path tokenizer, int vocabulary, SequencedMap<String, Object> templates) {
    HuggingFaceTokenizerConfig config = new HuggingFaceTokenizerConfig(folder);
    Path scored = tokenizer.resolveSibling("tokenizer.model");
    Path file = Files.isRegularFile(scored) ? scored : tokenizer;
    return new KeysRequest(file, vocabulary, config.settings(), config.roles(), templates);
  }

  /// What the other files say of the tokenizer.
  public TokenizerSettings tokenizerSettings() {
    return new HuggingFaceTokenizerConfig(folder).settings();
  }
}
