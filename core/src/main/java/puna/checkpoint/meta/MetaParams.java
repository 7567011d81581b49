package puna.checkpoint.meta;

import java.util.Optional;
import puna.error.JsonException;
import puna.error.ModelFormatException;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// What `params.json` says of a model, of whichever generation. The width of the feed-forward part
/// is not in it: the tensors have it.
///
/// @param vocabulary ids that have a row; empty where the file says -1 or nothing
/// @param scalesRope the rotary frequencies are stretched, as from Llama 3.1 on
/// @param ropeFactor by how much, where the file says it
/// @param fourth what Llama 4 has besides; empty for the generations before
record MetaParams(
    String origin,
    int width,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    Optional<Long> vocabulary,
    double epsilon,
    double ropeBase,
    boolean scalesRope,
    Optional<Double> ropeFactor,
    Optional<Long> slidingWindow,
    Optional<Llama4Params> fourth) {
  private static final long MOST_LAYERS = 1L << 12;
  private static final double BASE = 10_000;
  private static final double LLAMA_4_BASE = 500_000;

  /// @throws ModelFormatException when it is no such file, or its values contradict each other
  static MetaParams read(byte[] json, String origin) {
    try {
      if (Json.parse(json, origin) instanceof JsonObject object) {
        ParamsMembers all = ParamsMembers.of(object, origin);
        boolean isInner = object.get("model").filter(JsonObject.class::isInstance).isPresent();
        return read(isInner ? all.members("model").orElse(all) : all, origin);
      }
    } catch (JsonException e) {
      throw new ModelFormatException(String.valueOf(e.getMessage()), e);
    }
    throw new ModelFormatException(origin + ": must be a JSON object, found another value");
  }

  private static MetaParams read(ParamsMembers members, String origin) {
    int width = members.required("dim", ParamsMembers.LARGEST);
    int heads = members.required("n_heads", ParamsMembers.LARGEST);
    int kvHeads =
        members.integer("n_kv_heads", 1, ParamsMembers.LARGEST).map(Math::toIntExact).orElse(heads);
    if (heads % kvHeads != 0) {
      throw members.failure(
          "n_kv_heads", "must divide the %s heads, found %s".formatted(heads, kvHeads));
    }
    Optional<Llama4Params> fourth = Llama4Params.read(members);
    return new MetaParams(
        origin,
        width,
        members.required("n_layers", MOST_LAYERS),
        heads,
        kvHeads,
        headSize(members, width, heads),
        members.integer("vocab_size", -1, ParamsMembers.LARGEST).filter(size -> size > 0),
        members.positive("norm_eps").orElse(1e-5),
        members.positive("rope_theta").orElse(fourth.isPresent() ? LLAMA_4_BASE : BASE),
        members.bool("use_scaled_rope").orElse(false),
        members.positive("rope_scaling_factor"),
        members.integer("sliding_window", 1, Integer.MAX_VALUE),
        fourth);
  }

  private static int headSize(ParamsMembers members, int width, int heads) {
    Optional<Long> own = members.integer("head_dim", 1, ParamsMembers.LARGEST);
    if (own.isEmpty() && width % heads != 0) {
      throw members.failure(
          "n_heads", "must divide the width %s, found %s".formatted(width, heads));
    }
    long headSize = own.orElse((long) width / heads);
    if (headSize % 2 != 0 || headSize * heads > ParamsMembers.LARGEST) {
      throw members.failure(
          "head_dim",
          "must be even, and at most %s over all heads, found %s × %s heads"
              .formatted(ParamsMembers.LARGEST, headSize, heads));
    }
    return (int) headSize;
  }

  int queryWidth() {
    return heads * headSize;
  }

  int kvWidth() {
    return kvHeads * headSize;
  }
}
