package puna.checkpoint.meta;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import puna.tensor.Shape;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;
import puna.tensor.TensorViews;

/// Meta's names of Llama 4's tensors, and how they lie: queries, keys and values below each other
/// in one matrix, gates and ups of dense layers too, so in each part its shares of all of them. The
/// experts of a layer lie below each other, the other way round than all other matrices: a row for
/// each input.
///
/// Source: Meta's `llama-models`, `llama4` and `checkpoint.py`.
final class Llama4Layers {
  /// What makes vectors of images, frequencies written out, and what training left behind.
  private static final Pattern SKIPPED =
      Pattern.compile(
          "vision_(embeddings|projection)\\..*|rope\\.freqs|freqs?_cis|"
              + "layers\\.\\d+\\.feed_forward\\."
              + "(global_gate_stats_3E|running_gate_stats_3E|expert_activation_DE)");

  private final MetaParams params;
  private final Llama4Params fourth;
  private final MetaParts parts;
  private long feedForward;
  private long expert;

  Llama4Layers(MetaParts parts) {
    this.params = parts.params();
    this.fourth = params.fourth().orElseThrow();
    this.parts = parts;
  }

  MetaExtents join() {
    long vocabulary = parts.embedding();
    for (int layer = 0; layer < params.layers(); layer++) {
      String meta = "layers." + layer + ".";
      String gguf = "blk." + layer + ".";
      attention(meta, gguf);
      boolean isMixed = fourth.experts() > 0 && (layer + 1) % fourth.step() == 0;
      if (isMixed) {
        mixture(meta, gguf);
      } else {
        dense(meta, gguf);
      }
    }
    parts.output(vocabulary);
    parts.refuseOthers(SKIPPED, "Llama 4's");
    return new MetaExtents(vocabulary, feedForward, expert);
  }

  private void attention(String meta, String gguf) {
    String fused = meta + "attention.wqkv.";
    parts.norm(
        either(fused + "layer_norm_weight", meta + "attention_norm.weight"),
        gguf + "attn_norm.weight");
    if (parts.has(meta + "attention.wq.weight")) {
      DenseLayers.attention(parts, meta, gguf);
      return;
    }
    SequencedMap<String, Long> rows = new LinkedHashMap<>();
    rows.put(gguf + "attn_q.weight", (long) params.queryWidth());
    rows.put(gguf + "attn_k.weight", (long) params.kvWidth());
    rows.put(gguf + "attn_v.weight", (long) params.kvWidth());
    below(fused + "weight", rows);
    DenseLayers.attentionOutput(parts, meta, gguf);
  }

  private void dense(String meta, String gguf) {
    String unit = meta + "feed_forward.mlp.";
    parts.norm(
        either(unit + "layer_norm_weight", meta + "ffn_norm.weight"), gguf + "ffn_norm.weight");
    if (parts.has(meta + "feed_forward.w1.weight")) {
      feedForward = DenseLayers.feedForward(parts, meta, gguf, feedForward);
      return;
    }
    String both = unit + "fc1_weight";
    if (feedForward == 0) {
      feedForward = Math.max(1, parts.cuts(both).getFirst().shape().rows() * parts.count() / 2);
    }
    SequencedMap<String, Long> rows = new LinkedHashMap<>();
    rows.put(gguf + "ffn_gate.weight", feedForward);
    rows.put(gguf + "ffn_up.weight", feedForward);
    below(both, rows);
    parts.matrix(
        unit + "fc2_weight", gguf + "ffn_down.weight", Shape.of(feedForward, params.width()));
  }

  private void mixture(String meta, String gguf) {
    String unit = meta + "feed_forward.";
    parts.norm(either(unit + "norm.weight", meta + "ffn_norm.weight"), gguf + "ffn_norm.weight");
    router(unit + "router_DE", gguf + "ffn_gate_inp.weight");
    experts(unit + "experts.moe_", gguf);
    parts.gated(
        List.of(
            unit + "w_in_shared_FD.weight",
            unit + "w_swiglu_FD.weight",
            unit + "w_out_shared_DF.weight"),
        gguf + "ffn_%s_shexp.weight",
        expert);
  }

  private void router(String meta, String gguf) {
    long width = params.width();
    Tensor router = parts.replicated(meta, Shape.of(fourth.experts(), width));
    TensorViews.Stack stack =
        new TensorViews.Stack(router.type(), 1, width, router.shape().columns());
    Tensor turned =
        TensorViews.transposed(gguf, router.content(), stack, 0, router.shape().columns());
    parts.put(TensorViews.shaped(Shape.of(width, fourth.experts()), turned));
  }

  private void experts(String meta, String gguf) {
    if (expert == 0) {
      expert = parts.cuts(meta + "w_in_eD_F").getFirst().shape().columns() * parts.count();
    }
    TensorViews.Stack toHidden = stack(meta + "w_in_eD_F", params.width(), expert);
    TensorViews.Stack toWidth = stack(meta + "w_out_eF_D", expert, params.width());
    turned(gguf + "ffn_gate_exps.weight", toHidden, across(meta + "w_in_eD_F", toHidden));
    turned(gguf + "ffn_up_exps.weight", toHidden, across(meta + "w_swiglu_eD_F", toHidden));
    List<Tensor> downs = cuts(meta + "w_out_eF_D", toWidth.columns(), expert / parts.count());
    String name = gguf + "ffn_down_exps.weight";
    turned(name, toWidth, TensorViews.woven(name, downs, fourth.experts()).content());
  }

  private TensorViews.Stack stack(String meta, long rows, long columns) {
    return new TensorViews.Stack(
        parts.cuts(meta).getFirst().type(), fourth.experts(), rows, columns);
  }

  /// Whole rows of matrices that are cut by columns.
  private StoredBytes across(String meta, TensorViews.Stack whole) {
    List<Tensor> cuts = cuts(meta, whole.columns() / parts.count(), whole.rows());
    return TensorViews.sideBySide(meta, cuts).content();
  }

  /// The cuts of a stack of matrices, whose axes may be two or three.
  ///
  /// @param rows of one matrix of a cut
  private List<Tensor> cuts(String meta, long columns, long rows) {
    List<Tensor> cuts = parts.cuts(meta);
    Shape found = cuts.getFirst().shape();
    if (found.columns() != columns || found.rows() != rows * fourth.experts()) {
      throw parts.failure(
          meta,
          "must have %s × %s elements (columns × rows) for each of %s experts, found %s"
              .formatted(columns, rows, fourth.experts(), found));
    }
    return cuts;
  }

  private void turned(String gguf, TensorViews.Stack stack, StoredBytes content) {
    parts.put(TensorViews.transposed(gguf, content, stack, 0, stack.columns()));
  }

  /// Matrices that lie below each other: each part has its share of each.
  ///
  /// @param rows of the whole matrices, by GGUF's names
  private void below(String meta, SequencedMap<String, Long> rows) {
    List<Tensor> cuts = parts.cuts(meta);
    long all = rows.values().stream().mapToLong(Long::longValue).sum();
    Shape found = cuts.getFirst().shape();
    boolean isCut = rows.values().stream().allMatch(each -> each % parts.count() == 0);
    if (!isCut || found.columns() != params.width() || found.rows() * parts.count() != all) {
      throw parts.shapeFailure(meta, Shape.of(params.width(), all), cuts.getFirst());
    }
    long from = 0;
    for (Map.Entry<String, Long> each : rows.sequencedEntrySet()) {
      long share = each.getValue() / parts.count();
      List<Tensor> shares = new ArrayList<>();
      for (Tensor cut : cuts) {
        shares.add(TensorViews.rows(cut, from, share));
      }
      parts.put(TensorViews.stacked(each.getKey(), shares));
      from += share;
    }
  }

  /// The first of two names that the checkpoint has; the first where it has none.
  private String either(String first, String second) {
    return !parts.has(first) && parts.has(second) ? second : first;
  }
}
