package puna.checkpoint.huggingface;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import puna.json.JsonPlace;
import puna.json.JsonValue.JsonBoolean;

/// What a `config.json` of Llama 4 has besides: which layers see their chunk alone, how queries are
/// tempered, and the experts. What is absent is as in transformers.
final class Llama4Config {
  private static final int MOST = 1 << 24;
  private static final long CHUNK = 8192;
  private static final long PERIOD = 4;
  private static final double TEMPERATURE_SCALE = 0.1;

  private final JsonPlace config;
  private final int layers;
  private final Map<String, Object> values = new LinkedHashMap<>();

  Llama4Config(JsonPlace config, int layers) {
    this.config = config;
    this.layers = layers;
  }

  /// The `llama4.*` keys.
  Map<String, Object> metadata() {
    values.put(
        "llama4.feed_forward_length", (long) config.get("intermediate_size_mlp").integer(1, MOST));
    values.put("llama4.use_qk_norm", config.get("use_qk_norm").map(JsonPlace::isTrue).orElse(true));
    values.put("llama4.attention.chunk_size", chunk());
    values.put("llama4.attention.sliding_window_pattern", pattern());
    temperature();
    if (number("num_local_experts", 0) > 0) {
      experts();
    }
    return values;
  }

  /// 0 for none: the member is there and null.
  private long chunk() {
    return config.object().members().containsKey("attention_chunk_size")
        ? number("attention_chunk_size", 0)
        : CHUNK;
  }

  /// One flag a layer, 1 for those that turn queries and keys and see their chunk alone; or of how
  /// many layers the last does not.
  private Object pattern() {
    JsonPlace flags = config.get("no_rope_layers");
    if (flags.isAbsent() || flags.elements().isEmpty()) {
      return number("no_rope_layer_interval", PERIOD);
    }
    if (flags.elements().size() != layers) {
      throw flags.refusal("must have one flag for each of the %s layers".formatted(layers));
    }
    return flags.elements().stream().mapToLong(flag -> flag.integer(0, 1)).toArray();
  }

  private void temperature() {
    boolean isTempered = isTempered(config.get("attn_temperature_tuning"));
    JsonPlace scale = config.get("attn_scale");
    values.put(
        "llama4.attention.temperature_length", isTempered ? number("floor_scale", CHUNK) : 0L);
    values.put(
        "llama4.attention.temperature_scale",
        scale.isAbsent() ? TEMPERATURE_SCALE : scale.number());
  }

  /// Early files have a number there, which counts as true.
  private static boolean isTempered(JsonPlace flag) {
    return flag.isAbsent() || flag.value() instanceof JsonBoolean
        ? flag.map(JsonPlace::isTrue).orElse(true)
        : flag.number() != 0;
  }

  private void experts() {
    values.put("llama4.expert_count", number("num_local_experts", 0));
    values.put("llama4.expert_used_count", number("num_experts_per_tok", 1));
    values.put(
        "llama4.expert_feed_forward_length",
        (long) config.get("intermediate_size").integer(1, MOST));
    JsonPlace named = config.get("moe_layers");
    long step = number("interleave_moe_layer_step", 1);
    if (named.isAbsent() || everyNth(named.elements(), step)) {
      values.put("llama4.interleave_moe_layer_step", step);
    }
    // else the layers that have a router have experts
  }

  private boolean everyNth(List<JsonPlace> named, long step) {
    return named.stream()
        .map(layer -> layer.integer(0, layers))
        .toList()
        .equals(
            IntStream.range(0, layers)
                .filter(layer -> step > 0 && (layer + 1) % step == 0)
                .boxed()
                .toList());
  }

  private long number(String name, long absent) {
    JsonPlace found = config.get(name);
    return found.isAbsent() ? absent : found.integer(0, MOST);
  }
}
