package puna.checkpoint.meta;

import java.util.Optional;
import java.util.stream.Stream;

/// What `params.json` says of Llama 4 alone. What is absent is as in Meta's `llama4/args.py`, but
/// for the temperature, which both published models are run with: it changes nothing before
/// position 8,191.
///
/// @param experts of a layer; 0 for none
/// @param used experts that a token is sent to
/// @param step the last of so many layers has experts
/// @param normsHeads whether queries and keys are normalized in the layers that turn them
/// @param globalEvery the last of so many layers turns nothing and sees all; 0 for none
/// @param chunk positions that the other layers see together; 0 for all
/// @param temperatureLength positions after which queries grow again; 0 for never
/// @param highFrequency waves shorter than the original context by this are not stretched
record Llama4Params(
    long experts,
    long used,
    long step,
    boolean normsHeads,
    long globalEvery,
    long chunk,
    long temperatureLength,
    double temperatureScale,
    double highFrequency) {
  private static final long MOST_EXPERTS = 1L << 12;
  private static final long LENGTH = 8192;
  private static final double SCALE = 0.1;

  /// Empty where no member is one of Llama 4.
  static Optional<Llama4Params> read(ParamsMembers members) {
    boolean isFourth =
        Stream.of("moe_args", "nope_layer_interval", "use_qk_norm", "attention_chunk_size")
            .anyMatch(key -> members.place().object().members().containsKey(key));
    return isFourth ? Optional.of(fourth(members)) : Optional.empty();
  }

  private static Llama4Params fourth(ParamsMembers members) {
    Optional<ParamsMembers> mixture = members.members("moe_args");
    long experts = mixture.map(each -> each.required("num_experts", MOST_EXPERTS)).orElse(0);
    boolean isTempered = members.bool("attn_temperature_tuning").orElse(true);
    return new Llama4Params(
        experts,
        mixture.flatMap(each -> each.integer("top_k", 1, experts)).orElse(1L),
        mixture
            .flatMap(each -> each.integer("interleave_moe_layer_step", 1, ParamsMembers.LARGEST))
            .orElse(1L),
        members.bool("use_qk_norm").orElse(false),
        members.integer("nope_layer_interval", 1, ParamsMembers.LARGEST).orElse(0L),
        members.integer("attention_chunk_size", 1, Integer.MAX_VALUE).orElse(0L),
        isTempered ? members.integer("floor_scale", 1, Integer.MAX_VALUE).orElse(LENGTH) : 0,
        members.positive("attn_scale").orElse(SCALE),
        members.positive("rope_high_freq_factor").orElse(1.0));
  }
}
