package puna.model;

import java.util.Collections;
import puna.backend.AttentionTemperature;
import puna.tensor.TensorSource;

/// What a model of Llama 4 is configured to, for tests that write it in another form.
///
/// @param params as Meta's `params.json` has it
public record MixtureFacts(int layers, Mixture mixture, String params) {

  public static MixtureFacts of(TensorSource source) {
    LlamaConfig config = LlamaModel.configOf(source);
    boolean isStretched = source.tensors().containsKey("rope_freqs.weight");
    String params =
        """
        {"dim": %s, "n_layers": %s, "n_heads": %s, "n_kv_heads": %s, "vocab_size": %s,
         "ffn_dim_multiplier": 1.2, "ffn_exp": 4.0, "multiple_of": 2048, "norm_eps": 1e-05,
         "rope_theta": 500000.0, "use_scaled_rope": %s, %s,
         "vision_args": {"dim": 8, "n_layers": 1}, "moe_args": %s}
        """
            .formatted(
                config.width(),
                config.layers(),
                config.heads(),
                config.kvHeads(),
                config.vocabulary(),
                isStretched,
                attention(config.interleaved().orElseThrow()),
                experts(config.mixture().orElseThrow()));
    return new MixtureFacts(config.layers(), config.mixture().orElseThrow(), params);
  }

  private static String attention(InterleavedAttention attention) {
    AttentionTemperature temperature = attention.temperature().orElseThrow();
    return """
    "use_qk_norm": %s, "attention_chunk_size": %s, "nope_layer_interval": %s,
     "attn_temperature_tuning": true, "floor_scale": %s, "attn_scale": %s\
    """
        .formatted(
            attention.headNorm() == HeadNorm.RMS,
            attention.chunk().orElseThrow(),
            Collections.min(attention.globalLayers()) + 1,
            temperature.floor(),
            temperature.scale());
  }

  private static String experts(Mixture mixture) {
    return """
    {"num_experts": %s, "capacity_factor": 1.0, "auto_scale_F": true, "top_k": %s,
     "interleave_moe_layer_step": %s}\
    """
        .formatted(mixture.count(), mixture.used(), Collections.min(mixture.layers()) + 1);
  }
}
