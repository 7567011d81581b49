package puna.checkpoint.meta;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
/// The rows of queries and keys have GGUF's order already. How many positions the model was trained
/// for is in none of the files: it follows from the generation, which the rotary frequencies tell.
public final class MetaCheckpoint {
  private static final long LARGEST_PARAMS = 1L << 20;
  private static final int LLAMA_1_CONTEXT = 2048;
  private static final int LLAMA_2_CONTEXT = 4096;
  private static final int CODE_LLAMA_CONTEXT = 16_384;
  private static final int LLAMA_3_CONTEXT = 8192;
  private static final int LLAMA_3_1_CONTEXT = 131_072;
  private static final double LLAMA_3_BASE = 500_000;
  private static final double CODE_LLAMA_BASE = 1_000_000;
  private static final double LLAMA_2_EPSILON = 1e-5;

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
    MetaParts.Whole whole = MetaParts.join(params, parts);
    SequencedMap<String, Object> values = metadata(name, params, whole);
    if (params.scalesRope()) {
      Tensor divisors = Llama3Divisors.of(params);
      whole.tensors().put(divisors.name(), divisors);
    }
    return new Checkpoint(name, files, new Metadata(name, values), whole.tensors());
  }

  private static SequencedMap<String, Object> metadata(
      String name, MetaParams params, MetaParts.Whole whole) {
    TensorType weights = whole.tensors().firstEntry().getValue().type();
    SequencedMap<String, Object> values = new LinkedHashMap<>();
    values.put("general.architecture", "llama");
    values.put("general.type", "model");
    values.put("general.name", name);
    values.put("llama.vocab_size", whole.vocabulary());
    values.put("llama.context_length", context(params, weights));
    values.put("llama.embedding_length", (long) params.width());
    values.put("llama.block_count", (long) params.layers());
    values.put("llama.feed_forward_length", whole.feedForward());
    values.put("llama.attention.head_count", (long) params.heads());
    values.put("llama.attention.head_count_kv", (long) params.kvHeads());
    values.put("llama.attention.key_length", (long) params.headSize());
    values.put("llama.attention.value_length", (long) params.headSize());
    values.put("llama.attention.layer_norm_rms_epsilon", params.epsilon());
    values.put("llama.rope.dimension_count", (long) params.headSize());
    values.put("llama.rope.freq_base", params.ropeBase());
    params.slidingWindow().ifPresent(size -> values.put("llama.attention.sliding_window", size));
    return values;
  }

  /// Positions that models of a generation were trained for. LLaMA 1 and Llama 2 differ in the
  /// precision of their weights, and their small models in the epsilon.
  private static long context(MetaParams params, TensorType weights) {
    if (params.scalesRope()) {
      return LLAMA_3_1_CONTEXT;
    }
    if (params.ropeBase() >= CODE_LLAMA_BASE) {
      return CODE_LLAMA_CONTEXT;
    }
    if (params.ropeBase() >= LLAMA_3_BASE) {
      return LLAMA_3_CONTEXT;
    }
    boolean isFirst = weights == TensorType.F16 || params.epsilon() < LLAMA_2_EPSILON;
    return isFirst ? LLAMA_1_CONTEXT : LLAMA_2_CONTEXT;
  }
}
