package puna.model;

import static java.util.Map.entry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import puna.backend.Gating;
import puna.error.ModelFormatException;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;

/// Keys of computations that a Llama does not have. Converters write them for models whose weights
/// need them, so that a file is refused where their value means anything.
final class ForeignKeys {
  private static final int NAMED = 8;

  /// The values at which a number changes nothing.
  private static final SortedMap<String, Set<Double>> NEUTRAL =
      sorted(
          entry("logit_scale", Set.of(0.0, 1.0)),
          entry("embedding_scale", Set.of(0.0, 1.0)),
          entry("residual_scale", Set.of(0.0, 1.0)),
          entry("attention.output_scale", Set.of(0.0, 1.0)),
          entry("attn_logit_softcapping", Set.of(0.0)),
          entry("final_logit_softcapping", Set.of(0.0)),
          entry("router_logit_softcapping", Set.of(0.0)),
          entry("attention.clamp_kqv", Set.of(0.0)),
          entry("attention.max_alibi_bias", Set.of(0.0)),
          entry("attention.chunk_size", Set.of(0.0)),
          entry("attention.shared_kv_layers", Set.of(0.0)),
          entry("attention.temperature_length", Set.of(0.0)),
          entry("attention.temperature_scale", Set.of(0.0)),
          entry("nextn_predict_layers", Set.of(0.0)),
          entry("leading_dense_block_count", Set.of(0.0)),
          entry("expert_count", Set.of(0.0)),
          entry("expert_used_count", Set.of(0.0)),
          entry("expert_shared_count", Set.of(0.0)),
          entry("rescale_every_n_layers", Set.of(0.0)));

  private static final SortedMap<String, Set<Double>> NEUTRAL_OF_YARN =
      sorted(
          // -1 stands for the type's own, which is 1.
          entry("rope.scaling.yarn_ext_factor", Set.of(-1.0, 1.0)),
          entry("rope.scaling.yarn_attn_factor", Set.of(1.0)),
          entry("rope.scaling.yarn_log_multiplier", Set.of(0.0)));

  private static final SortedMap<String, Boolean> NEUTRAL_BOOLS =
      sorted(
          entry("attention.causal", true),
          entry("use_parallel_residual", false),
          entry("swin_norm", false));

  /// Keys that change nothing, whatever they say, each with the reason.
  private static final Map<String, String> HARMLESS =
      Map.ofEntries(
          entry("vocab_size", "the tokens and the rows of the embedding say it"),
          entry("tensor_data_layout", "of the file that was converted"),
          entry("attention.layer_norm_epsilon", "every norm is an RMSNorm, which has another"),
          entry("pooling_type", "how texts are embedded, which the caller may say too"),
          entry("rope.scale_linear", "the older name of rope.scaling.factor, which goes first"),
          entry("rope.scaling.finetuned", "how the model was trained, not how it runs"),
          entry("rope.scaling.original_context_length", "only YaRN has it"),
          entry("rope.scaling.yarn_beta_fast", "only YaRN has it"),
          entry("rope.scaling.yarn_beta_slow", "only YaRN has it"),
          entry("rope.scaling.yarn_ext_factor", "only YaRN has it"),
          entry("rope.scaling.yarn_attn_factor", "only YaRN has it"),
          entry("rope.scaling.yarn_log_multiplier", "only YaRN has it"),
          entry("expert_feed_forward_length", "there are no experts"),
          entry("expert_shared_feed_forward_length", "there are no experts"),
          entry("expert_weights_scale", "there are no experts"),
          entry("expert_weights_norm", "there are no experts"),
          entry("expert_gating_func", "there are no experts"),
          entry("expert_group_count", "there are no experts"),
          entry("expert_group_used_count", "there are no experts"),
          entry("interleave_moe_layer_step", "there are no experts"));

  private final LlamaKeys keys;
  private final Metadata metadata;

  ForeignKeys(LlamaKeys keys) {
    this.keys = keys;
    this.metadata = keys.metadata();
  }

  /// @throws ModelFormatException when the file asks for another computation
  void refuse(LlamaConfig config) {
    NEUTRAL_BOOLS.forEach(this::requireBool);
    NEUTRAL.forEach((name, neutral) -> {
      if (!isRead(name, config)) {
        requireNumber(name, neutral);
      }
    });
    config.mixture().ifPresent(this::requireOwnMixture);
    if (metadata.string(keys.key("rope.scaling.type")).orElse("").equals("yarn")) {
      NEUTRAL_OF_YARN.forEach(this::requireNumber);
    }
    requireScale(config.headSize());
    requireSections();
    if (config.slidingWindow().isPresent()) {
      requireWindowEverywhere();
      requireNumber("rope.freq_base_swa", Set.of(config.ropeBase()));
    } else {
      metadata.has(keys.key("attention.sliding_window_pattern"));
      metadata.has(keys.key("rope.freq_base_swa"));
    }
  }

  /// Whether the configuration has what the key says.
  private static boolean isRead(String name, LlamaConfig config) {
    return switch (name) {
      case "expert_count", "expert_used_count", "expert_shared_count" ->
          config.mixture().isPresent();
      case "attention.chunk_size", "attention.temperature_length", "attention.temperature_scale" ->
          config.interleaved().isPresent();
      default -> false;
    };
  }

  /// Experts are weighed as the architecture has it.
  private void requireOwnMixture(Mixture mixture) {
    boolean isSoftmax = mixture.gating() == Gating.SOFTMAX_AFTER;
    requireNumber("expert_gating_func", Set.of(0.0, isSoftmax ? 1.0 : 2.0));
    requireNumber("expert_shared_count", isSoftmax ? Set.of(0.0) : Set.of(0.0, 1.0));
    requireNumber("expert_weights_scale", Set.of(0.0, 1.0));
    requireNumber("expert_group_count", Set.of(0.0, 1.0));
    requireNumber("expert_group_used_count", Set.of(0.0, 1.0));
    requireBool("expert_weights_norm", isSoftmax);
    if (isSoftmax) {
      requireNumber("interleave_moe_layer_step", Set.of(0.0, 1.0));
    }
  }

  /// Tells of keys that nobody has asked for and that are not known to be harmless.
  void warn(ModelWarnings warnings) {
    List<String> unread =
        metadata.unread(keys.key("")).stream().filter(key -> !isHarmless(key)).toList();
    if (!unread.isEmpty()) {
      String more = unread.size() > NAMED ? " and %s more".formatted(unread.size() - NAMED) : "";
      warnings.add(
          "%s%s: nothing reads what the file says there, so that the model may run otherwise than it was made to"
              .formatted(String.join(", ", unread.stream().limit(NAMED).toList()), more));
    }
  }

  private boolean isHarmless(String key) {
    String name = key.substring(keys.key("").length());
    return HARMLESS.containsKey(name);
  }

  private void requireBool(String name, boolean neutral) {
    boolean found = metadata.bool(keys.key(name)).orElse(neutral);
    if (found != neutral) {
      throw keys.refusal(
          keys.key(name), "must be %s, as in every Llama, found %s".formatted(neutral, found));
    }
  }

  private void requireNumber(String name, Set<Double> neutral) {
    double any = neutral.iterator().next();
    double found = metadata.number(keys.key(name)).orElse(any);
    if (neutral.stream().noneMatch(value -> value == found)) {
      throw unsupported(name, String.valueOf(metadata.values().get(keys.key(name))));
    }
  }

  private void requireScale(int headSize) {
    double scale = metadata.number(keys.key("attention.scale")).orElse(0);
    double ownScale = 1 / Math.sqrt(headSize);
    if (scale != 0 && Math.abs(scale - ownScale) > 1e-5 * ownScale) {
      throw keys.refusal(
          keys.key("attention.scale"),
          "must be 1/√%s, as in every Llama, found %s".formatted(headSize, scale));
    }
  }

  /// Sections of a head that turn by positions in time, height and width.
  private void requireSections() {
    String name = "rope.dimension_sections";
    if (!metadata.isIntegers(keys.key(name))) {
      requireNumber(name, Set.of(0.0));
      return;
    }
    long[] sections = metadata.integers(keys.key(name)).orElseThrow();
    if (Arrays.stream(sections).anyMatch(section -> section != 0)) {
      throw unsupported(name, LlamaKeys.shown(sections));
    }
  }

  /// The pattern says which layers have the window: one flag a layer, or a period of which all but
  /// the last have it, 0 for all layers.
  private void requireWindowEverywhere() {
    String name = "attention.sliding_window_pattern";
    Object found = metadata.values().get(keys.key(name));
    boolean isEverywhere =
        switch (found) {
          case null -> true;
          case boolean[] flags -> allTrue(flags);
          case long[] flags -> Arrays.stream(flags).allMatch(flag -> flag != 0);
          default -> metadata.requireInteger(keys.key(name)) == 0;
        };
    metadata.has(keys.key(name));
    if (!isEverywhere) {
      String shown =
          switch (found) {
            case boolean[] flags -> LlamaKeys.shown(flags);
            case long[] flags -> LlamaKeys.shown(flags);
            case null, default -> String.valueOf(found);
          };
      throw keys.refusal(
          keys.key(name),
          "must give all layers the sliding window: windows of some layers are not supported,"
              + " found "
              + shown);
    }
  }

  private static boolean allTrue(boolean[] flags) {
    for (boolean flag : flags) {
      if (!flag) {
        return false;
      }
    }
    return true;
  }

  private ModelFormatException unsupported(String name, String found) {
    return keys.refusal(
        keys.key(name),
        "must be absent or change nothing: it is not supported here, found " + found);
  }

  /// In the order of their names, so that the same file is always refused for the same key.
  @SafeVarargs
  private static <V> SortedMap<String, V> sorted(Map.Entry<String, V>... entries) {
    SortedMap<String, V> sorted = new TreeMap<>();
    for (Map.Entry<String, V> entry : entries) {
      sorted.put(entry.getKey(), entry.getValue());
    }
    return sorted;
  }
}
