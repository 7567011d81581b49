package puna.checkpoint.meta;

import java.util.List;
import java.util.regex.Pattern;
import puna.tensor.Shape;

/// Meta's names of a dense Llama's tensors, of the generations before the fourth.
final class DenseLayers {
  /// Rotary frequencies, which follow from the base: early checkpoints wrote them out.
  private static final Pattern WRITTEN_OUT =
      Pattern.compile("rope\\.freqs|layers\\.\\d+\\.attention\\.inner_attention\\.rope\\.freqs");

  private final MetaParams params;
  private final MetaParts parts;

  DenseLayers(MetaParts parts) {
    this.params = parts.params();
    this.parts = parts;
  }

  MetaExtents join() {
    long vocabulary = parts.embedding();
    long feedForward = 0;
    for (int layer = 0; layer < params.layers(); layer++) {
      String meta = "layers." + layer + ".";
      String gguf = "blk." + layer + ".";
      parts.norm(meta + "attention_norm.weight", gguf + "attn_norm.weight");
      attention(parts, meta, gguf);
      parts.norm(meta + "ffn_norm.weight", gguf + "ffn_norm.weight");
      feedForward = feedForward(parts, meta, gguf, feedForward);
    }
    parts.output(vocabulary);
    parts.refuseOthers(WRITTEN_OUT, "a dense Llama's");
    return new MetaExtents(vocabulary, feedForward, 0);
  }

  /// The matrices of attention, where each is a tensor of its own.
  static void attention(MetaParts parts, String meta, String gguf) {
    MetaParams params = parts.params();
    Shape keys = Shape.of(params.width(), params.kvWidth());
    parts.matrix(
        meta + "attention.wq.weight",
        gguf + "attn_q.weight",
        Shape.of(params.width(), params.queryWidth()));
    parts.matrix(meta + "attention.wk.weight", gguf + "attn_k.weight", keys);
    parts.matrix(meta + "attention.wv.weight", gguf + "attn_v.weight", keys);
    attentionOutput(parts, meta, gguf);
  }

  static void attentionOutput(MetaParts parts, String meta, String gguf) {
    MetaParams params = parts.params();
    parts.matrix(
        meta + "attention.wo.weight",
        gguf + "attn_output.weight",
        Shape.of(params.queryWidth(), params.width()));
  }

  /// @param known hidden width; 0 where it is not known yet
  /// @return the hidden width
  static long feedForward(MetaParts parts, String meta, String gguf, long known) {
    String unit = meta + "feed_forward.";
    return parts.gated(
        List.of(unit + "w1.weight", unit + "w3.weight", unit + "w2.weight"),
        gguf + "ffn_%s.weight",
        known);
  }
}
