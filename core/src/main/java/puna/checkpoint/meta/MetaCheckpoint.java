package puna.checkpoint.meta;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import puna.checkpoint.Checkpoint;
import puna.error.ModelFormatException;
import puna.file.ModelFile;
import puna.file.ModelFileSet;
import puna.tensor.Metadata;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// Opens checkpoints as Meta publishes them.
///
/// The rows of queries and keys have GGUF's order already.
public final class MetaCheckpoint {
  private static final long LARGEST_PARAMS = 1L << 20;

  private MetaCheckpoint() {}

  /// Whether a path names such a checkpoint: a folder with `params.json` and a
  /// `consolidated.NN.pth`, or one of these.
  public static boolean recognises(Path fileOrFolder) {
    return MetaFiles.of(fileOrFolder).isPresent();
  }

  /// The `tokenizer.model` that lies beside the weights, if any.
  public static Optional<Path> tokenizer(Path fileOrFolder) {
    return MetaFiles.of(fileOrFolder).flatMap(MetaFiles::tokenizer);
  }

  /// Opens a checkpoint, all parts of it whichever of its files is named.
  ///
  /// @throws ModelFormatException when a file breaks its format, parts are missing or contradict
  ///   each other, or the checkpoint is of another kind of model
  /// @throws puna.error.ModelReadException when a file cannot be read
  public static Checkpoint open(Path fileOrFolder) {
    MetaFiles found =
        MetaFiles.of(fileOrFolder)
            .orElseThrow(() ->
                new ModelFormatException(
                    "%s: must be a folder with %s and %s, or one of these, found another"
                        .formatted(fileOrFolder, MetaFiles.PARAMS, MetaFiles.partName(0))));
    MetaParams params = params(found);
    ModelFileSet files = new ModelFileSet();
    boolean opened = false;
    try {
      List<MetaPart> parts = new ArrayList<>();
      for (Path part : found.parts()) {
        ModelFile file = files.open(part);
        parts.add(new MetaPart(file.name(), TorchFile.read(file, file.name())));
      }
      Checkpoint checkpoint = checkpoint(found.modelName(), files, params, parts);
      opened = true;
      return checkpoint;
    } finally {
      if (!opened) {
        files.close();
      }
    }
  }

  private static MetaParams params(MetaFiles files) {
    if (!Files.exists(files.params())) {
      throw new ModelFormatException(
          "%s: %s must lie beside the weights, found none"
              .formatted(files.modelName(), MetaFiles.PARAMS));
    }
    try (ModelFile file = ModelFile.open(files.params())) {
      if (file.size() > LARGEST_PARAMS) {
        throw new ModelFormatException(
            "%s: may have %s bytes at most, found %s"
                .formatted(file.name(), LARGEST_PARAMS, file.size()));
      }
      return MetaParams.read(file.toArray(), file.name());
    }
  }

  private static Checkpoint checkpoint(
      String name, ModelFileSet files, MetaParams params, List<MetaPart> parts) {
    MetaParts joined = new MetaParts(params, parts);
    MetaExtents extents =
        params.fourth().isPresent()
            ? new Llama4Layers(joined).join()
            : new DenseLayers(joined).join();
    SequencedMap<String, Tensor> tensors = joined.tensors();
    TensorType weights = tensors.firstEntry().getValue().type();
    SequencedMap<String, Object> values = new MetaKeys(params, extents, weights).values(name);
    if (params.scalesRope()) {
      joined.put(Llama3Divisors.of(params));
    }
    return new Checkpoint(name, files, new Metadata(name, values), tensors);
  }
}
