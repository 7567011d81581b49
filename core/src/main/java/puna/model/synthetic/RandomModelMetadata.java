package puna.model.synthetic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What a random model says of itself: hyper-parameters, and a byte-level tokenizer of the right
/// size that knows bytes and pairs of letters.
public final class RandomModelMetadata {
  private static final int BYTES = 256;
  private static final int SPECIALS = 2;
  private static final int LETTERS = 26;
  private static final long NORMAL = 1;
  private static final long CONTROL = 3;

  /// The bytes, the special tokens and one pair of letters.
  static final int LEAST_VOCABULARY = BYTES + SPECIALS + 1;

  private RandomModelMetadata() {}

  public static SequencedMap<String, Object> of(ModelShape shape, WeightMix mix) {
    SequencedMap<String, Object> values = new LinkedHashMap<>();
    String architecture = shape.isFourth() ? "llama4" : "llama";
    String prefix = architecture + ".";
    values.put("general.architecture", architecture);
    values.put("general.type", "model");
    values.put("general.name", shape.name() + " with random weights");
    mix.fileType().ifPresent(id -> values.put("general.file_type", (long) id));
    values.put("general.quantization_version", 2L);
    values.put(prefix + "vocab_size", (long) shape.vocabulary());
    values.put(prefix + "context_length", (long) shape.context());
    values.put(prefix + "embedding_length", (long) shape.width());
    values.put(prefix + "block_count", (long) shape.layers());
    values.put(prefix + "feed_forward_length", (long) shape.feedForward());
    values.put(prefix + "attention.head_count", (long) shape.heads());
    values.put(prefix + "attention.head_count_kv", (long) shape.kvHeads());
    values.put(prefix + "attention.key_length", (long) shape.headSize());
    values.put(prefix + "attention.value_length", (long) shape.headSize());
    values.put(prefix + "attention.layer_norm_rms_epsilon", (double) (float) shape.normEpsilon());
    values.put(prefix + "rope.dimension_count", (long) shape.headSize());
    values.put(prefix + "rope.freq_base", shape.ropeBase());
    shape.experts().ifPresent(experts -> putExperts(values, prefix, experts));
    putTokenizer(values, shape.vocabulary());
    return values;
  }

  private static void putExperts(
      SequencedMap<String, Object> values, String prefix, ModelShape.Experts experts) {
    values.put(prefix + "expert_count", (long) experts.count());
    values.put(prefix + "expert_used_count", (long) experts.used());
    if (experts.shared() > 0) {
      values.put(prefix + "expert_feed_forward_length", (long) experts.feedForward());
      values.put(prefix + "interleave_moe_layer_step", (long) experts.layerStep());
    }
  }

  private static void putTokenizer(SequencedMap<String, Object> values, int vocabulary) {
    int pairs = Math.min(vocabulary - BYTES - SPECIALS, LETTERS * LETTERS);
    List<String> tokens = byteTokens();
    tokens.add("<|begin_of_text|>");
    tokens.add("<|end_of_text|>");
    List<String> merges = new ArrayList<>();
    for (int pair = 0; pair < pairs; pair++) {
      char left = (char) ('a' + pair / LETTERS);
      char right = (char) ('a' + pair % LETTERS);
      tokens.add("" + left + right);
      merges.add(left + " " + right);
    }
    while (tokens.size() < vocabulary) {
      tokens.add("<|" + tokens.size() + "|>");
    }
    long[] kinds = new long[vocabulary];
    Arrays.fill(kinds, NORMAL);
    Arrays.fill(kinds, BYTES, BYTES + SPECIALS, CONTROL);
    values.put("tokenizer.ggml.model", "gpt2");
    values.put("tokenizer.ggml.pre", "llama-bpe");
    values.put("tokenizer.ggml.tokens", tokens);
    values.put("tokenizer.ggml.token_type", kinds);
    values.put("tokenizer.ggml.merges", merges);
    values.put("tokenizer.ggml.bos_token_id", (long) BYTES);
    values.put("tokenizer.ggml.eos_token_id", BYTES + 1L);
    values.put("tokenizer.ggml.add_bos_token", true);
  }

  /// The bytes as byte-level tokenizers write them: printable ones as themselves, the others as the
  /// characters from U+0100 on.
  private static List<String> byteTokens() {
    List<String> tokens = new ArrayList<>();
    int stranger = 0x100;
    for (int value = 0; value < BYTES; value++) {
      boolean printable =
          (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
      tokens.add(Character.toString(printable ? value : stranger++));
    }
    return tokens;
  }
}
