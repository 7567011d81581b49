package puna.checkpoint.huggingface;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The arrays' names and GGUF's.
final class HuggingFaceNames {
  private static final Map<String, String> WHOLE =
      Map.of(
          "embed_tokens.weight", "token_embd.weight",
          "norm.weight", "output_norm.weight",
          "lm_head.weight", "output.weight",
          "lm_head.bias", "output.bias");
  private static final Map<String, String> OF_LAYERS =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"),
          Map.entry("block_sparse_moe.gate", "ffn_gate_inp"),
          Map.entry("feed_forward.gate_proj", "ffn_gate"),
          Map.entry("feed_forward.up_proj", "ffn_up"),
          Map.entry("feed_forward.down_proj", "ffn_down"),
          Map.entry("feed_forward.router", "ffn_gate_inp"),
          Map.entry("feed_forward.shared_expert.gate_proj", "ffn_gate_shexp"),
          Map.entry("feed_forward.shared_expert.up_proj", "ffn_up_shexp"),
          Map.entry("feed_forward.shared_expert.down_proj", "ffn_down_shexp"));

  /// One matrix of one expert, by layer and number.
  private static final Map<String, String> OF_EXPERTS =
      Map.of(
          "w1", "ffn_gate",
          "w3", "ffn_up",
          "w2", "ffn_down",
          "gate_proj", "ffn_gate",
          "up_proj", "ffn_up",
          "down_proj", "ffn_down");

  private static final Pattern PREFIX =
      Pattern.compile(
          "(language_model\\.model\\.|model\\.language_model\\.|language_model\\.|model\\.)");
  private static final Pattern LAYER =
      Pattern.compile("layers\\.([0-9]{1,4})\\.(.+)\\.(weight|bias)");
  private static final Pattern EXPERT =
      Pattern.compile(
          "layers\\.([0-9]{1,4})\\.(?:block_sparse_moe|feed_forward)\\.experts\\.([0-9]{1,4})"
              + "\\.([a-z0-9_]+)\\.weight");
  private static final Pattern ALL_EXPERTS =
      Pattern.compile("layers\\.([0-9]{1,4})\\.feed_forward\\.experts\\.(gate_up|down)_proj");

  /// What follows from the configuration, or is for another way of computing: activations are not
  /// rounded here, and the cache is not scaled.
  private static final Pattern IGNORED =
      Pattern.compile(
          ".*(rotary_emb\\.inv_freq|input_scale|output_scale|k_scale|v_scale|weight_shape)");

  /// What makes vectors of images, which text has no use for.
  private static final Pattern VISION =
      Pattern.compile("(model\\.)?(vision_model|multi_modal_projector)\\..*");

  private final boolean hasVision;

  HuggingFaceNames(HuggingFaceConfig config) {
    this.hasVision = config.isFourth();
  }

  /// Whether an array is one that a text model needs.
  boolean isRead(String name) {
    return !IGNORED.matcher(name).matches() && !(hasVision && VISION.matcher(name).matches());
  }

  /// GGUF's name; the name itself where there is none, so that whoever uses tensors refuses it.
  String translated(String name) {
    Matcher prefix = PREFIX.matcher(name);
    String bare = prefix.lookingAt() ? name.substring(prefix.end()) : name;
    String whole = WHOLE.get(bare);
    if (whole != null) {
      return whole;
    }
    Matcher all = ALL_EXPERTS.matcher(bare);
    if (all.matches()) {
      return "blk.%s.ffn_%s_exps.weight".formatted(Integer.valueOf(all.group(1)), all.group(2));
    }
    Matcher expert = EXPERT.matcher(bare);
    if (expert.matches() && OF_EXPERTS.containsKey(expert.group(3))) {
      return "blk.%s.%s.%s.weight"
          .formatted(
              Integer.valueOf(expert.group(1)),
              OF_EXPERTS.get(expert.group(3)),
              Integer.valueOf(expert.group(2)));
    }
    Matcher layer = LAYER.matcher(bare);
    if (layer.matches()) {
      String part = OF_LAYERS.get(layer.group(2));
      if (part != null) {
        return "blk.%s.%s.%s".formatted(Integer.valueOf(layer.group(1)), part, layer.group(3));
      }
    }
    return name;
  }
}
