package puna.model;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import puna.tensor.Shape;

/// A tiny Llama whose weights follow from their names, so that any implementation can make it: the
/// reference values of tests were computed by Hugging Face transformers in float32 on the same
/// weights.
///
/// Weights: a linear congruential generator seeded with the CRC-32 of the tensor's Hugging Face
/// name.
record GoldenModel(int headSize, boolean tied, boolean biases) {
  static final int VOCABULARY = 40;
  static final int[] TOKENS = {
    1, 7, 3, 22, 39, 5, 5, 18, 30, 2, 11, 27, 9, 14, 33, 6, 8, 21, 19, 4
  };

  private static final int WIDTH = 32;
  private static final int FEED_FORWARD = 48;
  private static final int LAYERS = 3;
  private static final int HEADS = 4;
  private static final int KV_HEADS = 2;

  static GoldenModel plain() {
    return new GoldenModel(8, false, false);
  }

  MemoryTensors tensors() {
    MemoryTensors model =
        new MemoryTensors()
            .with("general.architecture", "llama")
            .with("llama.context_length", 512L)
            .with("llama.embedding_length", (long) WIDTH)
            .with("llama.block_count", (long) LAYERS)
            .with("llama.feed_forward_length", (long) FEED_FORWARD)
            .with("llama.attention.head_count", (long) HEADS)
            .with("llama.attention.head_count_kv", (long) KV_HEADS)
            .with("llama.attention.key_length", (long) headSize)
            .with("llama.attention.layer_norm_rms_epsilon", 1e-5)
            .with("llama.rope.freq_base", 10000.0);
    add(model, "token_embd.weight", "model.embed_tokens.weight", WIDTH, VOCABULARY);
    for (int layer = 0; layer < LAYERS; layer++) {
      addLayer(model, "blk." + layer + ".", "model.layers." + layer + ".");
    }
    add(model, "output_norm.weight", "model.norm.weight", WIDTH);
    if (!tied) {
      add(model, "output.weight", "lm_head.weight", WIDTH, VOCABULARY);
    }
    return model;
  }

  private void addLayer(MemoryTensors model, String gguf, String hf) {
    add(model, gguf + "attn_norm.weight", hf + "input_layernorm.weight", WIDTH);
    add(model, gguf + "ffn_norm.weight", hf + "post_attention_layernorm.weight", WIDTH);
    int queries = HEADS * headSize;
    int keys = KV_HEADS * headSize;
    addLinear(model, gguf + "attn_q", hf + "self_attn.q_proj", WIDTH, queries);
    addLinear(model, gguf + "attn_k", hf + "self_attn.k_proj", WIDTH, keys);
    addLinear(model, gguf + "attn_v", hf + "self_attn.v_proj", WIDTH, keys);
    addLinear(model, gguf + "attn_output", hf + "self_attn.o_proj", queries, WIDTH);
    addLinear(model, gguf + "ffn_gate", hf + "mlp.gate_proj", WIDTH, FEED_FORWARD);
    addLinear(model, gguf + "ffn_up", hf + "mlp.up_proj", WIDTH, FEED_FORWARD);
    addLinear(model, gguf + "ffn_down", hf + "mlp.down_proj", FEED_FORWARD, WIDTH);
  }

  private void addLinear(MemoryTensors model, String gguf, String hf, int columns, int rows) {
    add(model, gguf + ".weight", hf + ".weight", columns, rows);
    if (biases) {
      add(model, gguf + ".bias", hf + ".bias", rows);
    }
  }

  private void add(MemoryTensors model, String gguf, String hf, long... extents) {
    Shape shape = Shape.of(extents);
    float[] values = weights(hf, (int) shape.elements());
    boolean rotated = gguf.contains("attn_q.") || gguf.contains("attn_k.");
    int rowLength = shape.rank() == 1 ? 1 : (int) shape.ne0();
    model.with(gguf, shape, rotated ? interleaved(values, rowLength) : values);
  }

  static float[] weights(String name, int count) {
    CRC32 seed = new CRC32();
    seed.update(name.getBytes(StandardCharsets.UTF_8));
    int state = (int) seed.getValue();
    boolean norm = name.contains("norm") && name.endsWith(".weight");
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      state = state * 1664525 + 1013904223;
      double value = ((state >>> 8) - 8388608) / 8388608.0;
      values[i] = (float) (norm ? 1 + 0.1 * value : 0.25 * Math.sqrt(3) * value);
    }
    return values;
  }

  /// Hugging Face rotates element `i` with `i + headSize/2`, GGUF neighbours with each other: the
  /// rows of each head change places.
  private float[] interleaved(float[] rows, int rowLength) {
    float[] out = new float[rows.length];
    int half = headSize / 2;
    for (int row = 0; row < rows.length / rowLength; row++) {
      int head = row / headSize * headSize;
      int within = row % headSize;
      int source = head + within / 2 + (within % 2) * half;
      System.arraycopy(rows, source * rowLength, out, row * rowLength, rowLength);
    }
    return out;
  }
}
