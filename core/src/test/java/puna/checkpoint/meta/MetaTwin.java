package puna.checkpoint.meta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import puna.checkpoint.meta.MetaTwin.Matrix.Share;
import puna.model.Mixture;
import puna.model.MixtureFacts;
import puna.quant.BlockFormats;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// A model of Llama 4 as Meta's checkpoints have it, in any number of parts: what transformers'
/// `convert_llama4_weights_to_hf.py` reads.
public final class MetaTwin {
  private final TensorSource source;
  private final MixtureFacts facts;
  private final List<SequencedMap<String, Matrix>> parts = new ArrayList<>();
  private String params;

  /// A matrix, or a vector as its only row.
  ///
  /// @param values row by row
  public record Matrix(float[] values, int rows, int columns) {

    /// Which of so many equal shares.
    public record Share(int index, int count) {}

    Matrix rows(int first, int count) {
      float[] some = new float[count * columns];
      System.arraycopy(values, first * columns, some, 0, some.length);
      return new Matrix(some, count, columns);
    }

    Matrix ofRows(Share share) {
      return rows(share.index() * (rows / share.count()), rows / share.count());
    }

    Matrix ofColumns(Share share) {
      return turned().ofRows(share).turned();
    }

    Matrix turned() {
      float[] turned = new float[values.length];
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          turned[column * rows + row] = values[row * columns + column];
        }
      }
      return new Matrix(turned, /* rows= */ columns, /* columns= */ rows);
    }

    Matrix below(Matrix other) {
      float[] both = new float[values.length + other.values.length];
      System.arraycopy(values, 0, both, 0, values.length);
      System.arraycopy(other.values, 0, both, values.length, other.values.length);
      return new Matrix(both, rows + other.rows, columns);
    }
  }

  /// @param source by GGUF's names
  public MetaTwin(TensorSource source, int count) {
    this.source = source;
    this.facts = MixtureFacts.of(source);
    this.params = facts.params();
    for (int index = 0; index < count; index++) {
      parts.add(part(new Share(index, count)));
    }
  }

  /// The arrays of a part, which may be changed.
  public SequencedMap<String, Matrix> part(int index) {
    return parts.get(index);
  }

  /// Changes a text in the parameters.
  public MetaTwin withParams(String from, String to) {
    if (!params.contains(from)) {
      throw new IllegalArgumentException(params + " has no " + from);
    }
    params = params.replace(from, to);
    return this;
  }

  private SequencedMap<String, Matrix> part(Share share) {
    SequencedMap<String, Matrix> part = new LinkedHashMap<>();
    part.put("tok_embeddings.weight", matrix("token_embd").ofRows(share));
    for (int layer = 0; layer < facts.layers(); layer++) {
      String meta = "layers." + layer + ".";
      String gguf = "blk." + layer + ".";
      part.put(meta + "attention.wqkv.layer_norm_weight", matrix(gguf + "attn_norm"));
      part.put(
          meta + "attention.wqkv.weight",
          matrix(gguf + "attn_q")
              .ofRows(share)
              .below(matrix(gguf + "attn_k").ofRows(share))
              .below(matrix(gguf + "attn_v").ofRows(share)));
      part.put(meta + "attention.wqkv._extra_state", new Matrix(new float[0], 1, 0));
      part.put(meta + "attention.wo.weight", matrix(gguf + "attn_output").ofColumns(share));
      if (facts.mixture().layers().contains(layer)) {
        mixture(part, meta + "feed_forward.", gguf, share);
      } else {
        dense(part, meta + "feed_forward.mlp.", gguf, share);
      }
    }
    part.put("norm.weight", matrix("output_norm"));
    part.put("output.weight", matrix("output").ofRows(share));
    part.put("vision_embeddings.vision_encoder.class_embedding", new Matrix(new float[8], 1, 8));
    part.put("vision_projection.weight", new Matrix(new float[32], 8, 4));
    return part;
  }

  private void dense(SequencedMap<String, Matrix> part, String meta, String gguf, Share share) {
    part.put(meta + "layer_norm_weight", matrix(gguf + "ffn_norm"));
    part.put(
        meta + "fc1_weight",
        matrix(gguf + "ffn_gate").ofRows(share).below(matrix(gguf + "ffn_up").ofRows(share)));
    part.put(meta + "fc2_weight", matrix(gguf + "ffn_down").ofColumns(share));
  }

  private void mixture(SequencedMap<String, Matrix> part, String meta, String gguf, Share share) {
    part.put(meta + "norm.weight", matrix(gguf + "ffn_norm"));
    part.put(meta + "router_DE", matrix(gguf + "ffn_gate_inp").turned());
    part.put(meta + "global_gate_stats_3E", new Matrix(new float[12], 3, 4));
    part.put(
        meta + "experts.moe_w_in_eD_F", experts(gguf + "ffn_gate_exps", Matrix::ofColumns, share));
    part.put(
        meta + "experts.moe_w_swiglu_eD_F",
        experts(gguf + "ffn_up_exps", Matrix::ofColumns, share));
    part.put(
        meta + "experts.moe_w_out_eF_D", experts(gguf + "ffn_down_exps", Matrix::ofRows, share));
    part.put(meta + "w_in_shared_FD.weight", matrix(gguf + "ffn_gate_shexp").ofRows(share));
    part.put(meta + "w_swiglu_FD.weight", matrix(gguf + "ffn_up_shexp").ofRows(share));
    part.put(meta + "w_out_shared_DF.weight", matrix(gguf + "ffn_down_shexp").ofColumns(share));
  }

  private interface Cut {
    Matrix of(Matrix whole, Share share);
  }

  /// The shares of all experts below each other, each with a row for each input.
  private Matrix experts(String gguf, Cut cut, Share share) {
    Mixture mixture = facts.mixture();
    Matrix all = matrix(gguf);
    int rows = all.rows() / mixture.count();
    Matrix below = cut.of(all.rows(0, rows).turned(), share);
    for (int expert = 1; expert < mixture.count(); expert++) {
      below = below.below(cut.of(all.rows(expert * rows, rows).turned(), share));
    }
    return below;
  }

  private Matrix matrix(String gguf) {
    Tensor tensor = source.find(gguf + ".weight").orElseThrow();
    return new Matrix(
        BlockFormats.floats(tensor), (int) tensor.shape().rows(), (int) tensor.shape().columns());
  }

  /// Writes all files of the checkpoint.
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("params.json"), params);
    for (int index = 0; index < parts.size(); index++) {
      Files.write(folder.resolve(MetaFiles.partName(index)), bytes(parts.get(index)));
    }
  }

  private static byte[] bytes(SequencedMap<String, Matrix> part) {
    ZipBytes zip = new ZipBytes();
    PickleBytes pickle = PickleBytes.dictionary();
    int key = 0;
    for (Map.Entry<String, Matrix> each : part.sequencedEntrySet()) {
      Matrix matrix = each.getValue();
      boolean isVector = matrix.rows() == 1;
      pickle.tensor(
          each.getKey(),
          Integer.toString(key),
          isVector ? new int[] {matrix.columns()} : new int[] {matrix.rows(), matrix.columns()});
      ByteBuffer content =
          ByteBuffer.allocate(matrix.values().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      content.asFloatBuffer().put(matrix.values());
      zip.add("x/data/" + key++, content.array());
    }
    zip.add("x/data.pkl", pickle.stop());
    return zip.toByteArray();
  }
}
