package puna.checkpoint.huggingface;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import puna.checkpoint.Llama3Frequencies;
import puna.error.ModelFormatException;
import puna.json.JsonPlace;

/// The hyper-parameters of `config.json`, in either spelling, told by GGUF's keys.
final class HuggingFaceConfig {
  private static final int MOST = 1 << 24;
  private static final Map<String, String> UNREADABLE =
      Map.of(
          "awq", "AWQ weights",
          "gptq", "GPTQ weights",
          "bitsandbytes", "weights of bitsandbytes",
          "mxfp4", "MXFP4 weights in safetensors");

  private static final List<String> LLAMAS = List.of("llama", "mistral", "mixtral");
  private static final List<String> LLAMAS_4 = List.of("llama4", "llama4_text");

  private final JsonPlace root;
  private final JsonPlace config; // of the text model, which may stand beside others
  private final Map<String, Object> values = new LinkedHashMap<>();

  HuggingFaceConfig(JsonPlace root) {
    this.root = root;
    this.config = textOf(root);
  }

  /// The configuration of the text model: a part of one that reads images too, or the whole.
  static JsonPlace textOf(JsonPlace root) {
    JsonPlace text = root.get("text_config");
    return text.isAbsent() ? root : text;
  }

  /// Whether it is a Llama of the fourth generation, which has another way of attending, experts
  /// that lie the other way round, and rows of queries and keys in the order of pairs.
  boolean isFourth() {
    return LLAMAS_4.contains(modelType());
  }

  private String key(String name) {
    return (isFourth() ? "llama4." : "llama.") + name;
  }

  /// The `general.architecture` key and those of the architecture.
  Map<String, Object> metadata(String name) {
    checkArchitecture();
    values.put("general.architecture", isFourth() ? "llama4" : "llama");
    values.put("general.name", name);
    size("vocab_size", key("vocab_size"));
    size("max_position_embeddings", key("context_length"));
    size("hidden_size", key("embedding_length"));
    size("num_hidden_layers", key("block_count"));
    values.put(key("attention.head_count"), (long) heads());
    values.put(key("attention.head_count_kv"), (long) kvHeads());
    values.put(key("attention.layer_norm_rms_epsilon"), number("rms_norm_eps").orElse(1e-6));
    if (!config.get("head_dim").isAbsent()) {
      values.put(key("attention.key_length"), (long) headSize());
      values.put(key("attention.value_length"), (long) headSize());
    }
    values.put(key("rope.dimension_count"), (long) headSize());
    rope();
    if (isFourth()) {
      values.putAll(new Llama4Config(config, layers()).metadata());
      return values;
    }
    size("intermediate_size", key("feed_forward_length"));
    if (!config.get("sliding_window").isAbsent() && !modelType().equals("llama")) {
      size("sliding_window", key("attention.sliding_window"));
    }
    if (modelType().equals("mixtral")) {
      size("num_local_experts", key("expert_count"));
      size("num_experts_per_tok", key("expert_used_count"));
    }
    return values;
  }

  private String modelType() {
    return root.get("model_type").string();
  }

  private void checkArchitecture() {
    if (!LLAMAS.contains(modelType()) && !isFourth()) {
      throw root.get("model_type")
          .refusal(
              "must be \"llama\", \"mistral\", \"mixtral\", \"llama4\" or \"llama4_text\", those"
                  + " that this version of Puna runs");
    }
    JsonPlace activation = config.get("hidden_act");
    if (!activation.isAbsent() && !activation.string().equals("silu")) {
      throw activation.refusal("must be \"silu\"");
    }
    JsonPlace partial = config.get("partial_rotary_factor");
    if (!partial.isAbsent() && partial.number() != 1) {
      throw partial.refusal("must be 1");
    }
    quantization().ifPresent(HuggingFaceConfig::refuseUnreadable);
  }

  private static void refuseUnreadable(JsonPlace quantization) {
    String method = quantization.get("quant_method").string();
    String named = UNREADABLE.get(method);
    if (named != null) {
      throw quantization
          .get("quant_method")
          .refusal(
              "must be fp8 or compressed-tensors: %s are not read, take the model's GGUF or its"
                      .formatted(named)
                  + " unquantized files");
    }
  }

  /// How weights were quantized; empty where they were not.
  Optional<JsonPlace> quantization() {
    return Optional.of(root.get("quantization_config")).filter(place -> !place.isAbsent());
  }

  int heads() {
    return config.get("num_attention_heads").integer(1, MOST);
  }

  int kvHeads() {
    JsonPlace found = config.get("num_key_value_heads");
    return found.isAbsent() ? heads() : found.integer(1, MOST);
  }

  int headSize() {
    JsonPlace found = config.get("head_dim");
    if (!found.isAbsent()) {
      return found.integer(1, MOST);
    }
    int width = config.get("hidden_size").integer(1, MOST);
    if (width % heads() != 0) {
      throw config
          .get("num_attention_heads")
          .refusal("must divide the width %s where no head_dim is given".formatted(width));
    }
    return width / heads();
  }

  int layers() {
    return config.get("num_hidden_layers").integer(1, 1 << 12);
  }

  boolean tiesEmbeddings() {
    return config
        .get("tie_word_embeddings")
        .map(JsonPlace::isTrue)
        .or(() -> root.get("tie_word_embeddings").map(JsonPlace::isTrue))
        .orElse(false);
  }

  private void size(String name, String key) {
    values.put(key, (long) config.get(name).integer(1, MOST));
  }

  private OptionalDouble number(String name) {
    JsonPlace found = config.get(name);
    return found.isAbsent() ? OptionalDouble.empty() : OptionalDouble.of(found.number());
  }

  private void rope() {
    JsonPlace scaling = ropeScaling();
    JsonPlace base = scaling.isAbsent() ? scaling : scaling.get("rope_theta");
    values.put(
        key("rope.freq_base"),
        base.isAbsent() ? number("rope_theta").orElse(10_000) : base.number());
    switch (ropeType()) {
      case "default", "llama3", "dynamic" -> {
        // llama3 is a tensor of divisors. The dynamic one differs only behind the trained context.
      }
      case "linear" -> {
        values.put(key("rope.scaling.type"), "linear");
        values.put(key("rope.scaling.factor"), positiveNumber(scaling.get("factor")));
      }
      case "yarn" -> yarn(scaling);
      default ->
          throw scaling.refusal(
              "must be of type default, llama3, linear, dynamic or yarn, \"%s\" is not supported"
                  .formatted(ropeType()));
    }
  }

  /// The member that holds the scaling; of recent files it holds the base as well.
  private JsonPlace ropeScaling() {
    JsonPlace recent = config.get("rope_parameters");
    return recent.isAbsent() ? config.get("rope_scaling") : recent;
  }

  private String ropeType() {
    JsonPlace scaling = ropeScaling();
    if (scaling.isAbsent()) {
      return "default";
    }
    JsonPlace type = scaling.get("rope_type");
    JsonPlace older = scaling.get("type");
    return !type.isAbsent() ? type.string() : older.isAbsent() ? "default" : older.string();
  }

  private void yarn(JsonPlace scaling) {
    double factor = positiveNumber(scaling.get("factor"));
    values.put(key("rope.scaling.type"), "yarn");
    values.put(key("rope.scaling.factor"), factor);
    JsonPlace original = scaling.get("original_max_position_embeddings");
    if (!original.isAbsent()) {
      values.put(key("rope.scaling.original_context_length"), (long) original.integer(1, MOST));
    }
    JsonPlace magnitude = scaling.get("attention_factor");
    if (!magnitude.isAbsent()) {
      // GGUF's key multiplies what follows from the factor; this one stands instead of it.
      double usual = 1 + 0.1 * Math.log(factor);
      values.put(key("rope.scaling.attn_factor"), positiveNumber(magnitude) / usual);
    }
    for (String side : List.of("beta_fast", "beta_slow")) {
      JsonPlace beta = scaling.get(side);
      if (!beta.isAbsent()) {
        values.put(key("rope.scaling.yarn_" + side), positiveNumber(beta));
      }
    }
  }

  private static double positiveNumber(JsonPlace place) {
    double found = place.number();
    if (found <= 0) {
      throw place.refusal("must be above 0");
    }
    return found;
  }

  /// The divisors of the rotary frequencies by Llama 3.1's rule; empty for any other.
  Optional<float[]> ropeDivisors() {
    if (!ropeType().equals("llama3")) {
      return Optional.empty();
    }
    JsonPlace scaling = ropeScaling();
    JsonPlace ownBase = scaling.get("rope_theta");
    double base = ownBase.isAbsent() ? number("rope_theta").orElse(10_000) : ownBase.number();
    return Optional.of(
        new Llama3Frequencies(
                positiveNumber(scaling.get("factor")),
                positiveNumber(scaling.get("low_freq_factor")),
                positiveNumber(scaling.get("high_freq_factor")),
                scaling.get("original_max_position_embeddings").integer(1, MOST))
            .divisors(base, headSize()));
  }

  /// The refusal of a tensor that contradicts the configuration.
  ModelFormatException refusal(String rule) {
    return new ModelFormatException("%s: %s".formatted(HuggingFaceFolder.CONFIG, rule));
  }
}
