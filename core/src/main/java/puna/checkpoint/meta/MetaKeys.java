package puna.checkpoint.meta;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import puna.tensor.TensorType;

/// What a checkpoint's parameters and tensors tell of its model, by GGUF's keys.
///
/// How many positions the model was trained for is in none of the files: it follows from the
/// generation, which the rotary frequencies or the number of experts tell.
///
/// @param weights type of the embedding
record MetaKeys(MetaParams params, MetaExtents extents, TensorType weights) {
  private static final int LLAMA_1_CONTEXT = 2048;
  private static final int LLAMA_2_CONTEXT = 4096;
  private static final int CODE_LLAMA_CONTEXT = 16_384;
  private static final int LLAMA_3_CONTEXT = 8192;
  private static final int LLAMA_3_1_CONTEXT = 131_072;
  private static final int SCOUT_CONTEXT = 10_485_760;
  private static final int MAVERICK_CONTEXT = 1_048_576;
  private static final int SCOUT_EXPERTS = 16;
  private static final double LLAMA_3_BASE = 500_000;
  private static final double CODE_LLAMA_BASE = 1_000_000;
  private static final double LLAMA_2_EPSILON = 1e-5;

  SequencedMap<String, Object> values(String name) {
    SequencedMap<String, Object> values = new LinkedHashMap<>();
    values.put("general.architecture", architecture());
    values.put("general.type", "model");
    values.put("general.name", name);
    values.put(key("vocab_size"), extents.vocabulary());
    values.put(key("context_length"), context());
    values.put(key("embedding_length"), (long) params.width());
    values.put(key("block_count"), (long) params.layers());
    values.put(
        key("feed_forward_length"),
        extents.feedForward() == 0 ? extents.expert() : extents.feedForward());
    values.put(key("attention.head_count"), (long) params.heads());
    values.put(key("attention.head_count_kv"), (long) params.kvHeads());
    values.put(key("attention.key_length"), (long) params.headSize());
    values.put(key("attention.value_length"), (long) params.headSize());
    values.put(key("attention.layer_norm_rms_epsilon"), params.epsilon());
    values.put(key("rope.dimension_count"), (long) params.headSize());
    values.put(key("rope.freq_base"), params.ropeBase());
    params.slidingWindow().ifPresent(size -> values.put(key("attention.sliding_window"), size));
    params.fourth().ifPresent(fourth -> fourth(values, fourth));
    return values;
  }

  private void fourth(SequencedMap<String, Object> values, Llama4Params fourth) {
    values.put(key("use_qk_norm"), fourth.normsHeads());
    values.put(key("attention.chunk_size"), fourth.chunk());
    values.put(key("attention.sliding_window_pattern"), fourth.globalEvery());
    values.put(key("attention.temperature_length"), fourth.temperatureLength());
    values.put(key("attention.temperature_scale"), fourth.temperatureScale());
    if (fourth.experts() > 0) {
      values.put(key("expert_count"), fourth.experts());
      values.put(key("expert_used_count"), fourth.used());
      values.put(key("expert_feed_forward_length"), extents.expert());
      values.put(key("interleave_moe_layer_step"), fourth.step());
    }
  }

  private String architecture() {
    return params.fourth().isPresent() ? "llama4" : "llama";
  }

  private String key(String name) {
    return architecture() + "." + name;
  }

  /// Positions that models of a generation were trained for. LLaMA 1 and Llama 2 differ in the
  /// precision of their weights, and their small models in the epsilon.
  private long context() {
    if (params.fourth().isPresent()) {
      return context(params.fourth().get());
    }
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

  /// As the models that follow instructions have it; the others were trained for 262,144, and no
  /// file says which one it is.
  private static long context(Llama4Params fourth) {
    if (fourth.experts() == 0) {
      return LLAMA_3_CONTEXT;
    }
    return fourth.experts() == SCOUT_EXPERTS ? SCOUT_CONTEXT : MAVERICK_CONTEXT;
  }
}
