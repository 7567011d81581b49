package puna.server.work;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import puna.error.JsonException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.sample.SamplingOptions;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.token.Tokenizer;

/// The sampling parameters that most dialects name alike.
public final class SamplingFields {
  private static final int MOST = Integer.MAX_VALUE;
  private static final double LARGEST = Float.MAX_VALUE;
  private static final double MOST_BIAS = 100;
  private static final String BIAS = "logit_bias";

  /// A number that llama.cpp's samplers know, and what it may be.
  public record Range(String name, double least, double most) {
    private static final double LARGEST = Float.MAX_VALUE;
    private static final int MOST = Integer.MAX_VALUE;

    /// Those that only llama.cpp has, with fractions.
    public static final List<Range> NUMBERS =
        List.of(
            new Range("dynatemp_range", 0, LARGEST),
            new Range("dynatemp_exponent", 0, LARGEST),
            new Range("top_n_sigma", -LARGEST, LARGEST),
            new Range("xtc_probability", 0, 1),
            new Range("xtc_threshold", 0, 1),
            new Range("typical_p", 0, LARGEST),
            new Range("dry_multiplier", 0, LARGEST),
            new Range("dry_base", 1, LARGEST));

    /// Those that only llama.cpp has, whole.
    public static final List<Range> INTEGERS =
        List.of(
            new Range("repeat_last_n", -1, MOST),
            new Range("dry_allowed_length", 0, MOST),
            new Range("dry_penalty_last_n", -1, MOST));

    /// What clients write for “off”, in the engine's words.
    double usable(double value) {
      return switch (name) {
        case "temperature" -> Math.max(0, value);
        case "top_p", "typical_p" -> Math.min(1, Math.max(Float.MIN_NORMAL, value));
        case "top_k" -> Math.max(0, value);
        default -> value;
      };
    }
  }

  private final Fields fields;
  private SamplingOptions options = SamplingOptions.defaults();

  private SamplingFields(Fields fields) {
    this.fields = fields;
  }

  /// Reads `temperature`, `top_p`, `top_k`, `min_p`, the penalties, `seed` and `logit_bias`, and
  /// what else llama.cpp has names for.
  ///
  /// @param mostTemperature that the dialect allows
  /// @throws Failure when one is of another type or outside its bounds
  public static SamplingOptions read(Fields fields, double mostTemperature) {
    SamplingFields reader = new SamplingFields(fields);
    reader.shape(mostTemperature);
    reader.penalties();
    reader.others();
    reader.seed();
    reader.bias();
    return reader.options;
  }

  private void shape(double mostTemperature) {
    OptionalDouble temperature = fields.number("temperature", 0, mostTemperature);
    if (temperature.isPresent()) {
      options = options.withTemperature((float) temperature.getAsDouble());
    }
    OptionalDouble topP = fields.number("top_p", 0, 1);
    if (topP.isPresent()) {
      // 0 would allow no token at all, and is what people write who want the likeliest
      options = options.withTopP(Math.max((float) topP.getAsDouble(), Float.MIN_NORMAL));
    }
    OptionalInt topK = fields.integer("top_k", -1, MOST);
    if (topK.isPresent()) {
      options = options.withTopK(Math.max(0, topK.getAsInt()));
    }
    OptionalDouble minP = fields.number("min_p", 0, 1);
    if (minP.isPresent()) {
      options = options.withMinP((float) minP.getAsDouble());
    }
  }

  private void penalties() {
    OptionalDouble presence = fields.number("presence_penalty", -2, 2);
    if (presence.isPresent()) {
      options = options.withPresencePenalty((float) presence.getAsDouble());
    }
    OptionalDouble frequency = fields.number("frequency_penalty", -2, 2);
    if (frequency.isPresent()) {
      options = options.withFrequencyPenalty((float) frequency.getAsDouble());
    }
    for (String name : List.of("repeat_penalty", "repetition_penalty")) {
      OptionalDouble repeat = fields.number(name, Float.MIN_NORMAL, LARGEST);
      if (repeat.isPresent()) {
        options = options.withRepeatPenalty((float) repeat.getAsDouble());
      }
    }
  }

  /// What no API but llama.cpp's has a name for.
  private void others() {
    JsonObject.Builder set = set(fields, Range.NUMBERS, Range.INTEGERS);
    if (!set.build().members().isEmpty()) {
      options = options(set).over(options);
    }
  }

  /// Those of these parameters that a request sets, in the engine's words.
  ///
  /// @throws Failure when one is of another type or outside its bounds
  public static JsonObject.Builder set(Fields request, List<Range> numbers, List<Range> integers) {
    JsonObject.Builder set = JsonObject.builder();
    for (Range range : numbers) {
      OptionalDouble value = request.number(range.name, range.least, range.most);
      value.ifPresent(number -> set.put(range.name, range.usable(number)));
    }
    for (Range range : integers) {
      OptionalInt value = request.integer(range.name, (int) range.least, (int) range.most);
      value.ifPresent(number -> set.put(range.name, (int) range.usable(number)));
    }
    return set;
  }

  /// Options in which these are set.
  ///
  /// @throws Failure when the engine refuses one
  public static SamplingOptions options(JsonObject.Builder set) {
    try {
      return SamplingOptions.fromJson(set.build());
    } catch (JsonException e) {
      throw Failure.of(Failure.Kind.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private void seed() {
    OptionalLong seed = fields.whole("seed");
    if (seed.isPresent() && seed.getAsLong() >= 0) { // below 0: any, as llama.cpp has it
      options = options.withSeed(seed.getAsLong());
    }
  }

  /// Requires that each token with a bias is one of the vocabulary.
  ///
  /// @throws Failure where one is not
  public static void requireKnown(SamplingOptions options, Tokenizer tokenizer) {
    int vocabulary = tokenizer.vocabularySize();
    for (int id : options.logitBias().keySet()) {
      if (id >= vocabulary) {
        throw Failure.invalid(
            BIAS,
            "%s: must name tokens from 0 to %s, found %s".formatted(BIAS, vocabulary - 1, id));
      }
    }
  }

  private void bias() {
    Optional<Fields> bias = fields.object(BIAS);
    if (bias.isEmpty() || bias.get().json().members().isEmpty()) {
      return;
    }
    Map<Integer, Float> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonValue> entry : bias.get().json().members().entrySet()) {
      String id = entry.getKey();
      if (!id.matches("[0-9]{1,9}")) {
        throw Failure.invalid(
            bias.get().path(), "logit_bias: must name tokens by their ids, found " + id);
      }
      OptionalDouble value = bias.get().number(id, -MOST_BIAS, MOST_BIAS);
      if (value.isPresent()) {
        values.put(Integer.parseInt(id), (float) value.getAsDouble());
      }
    }
    options = options.withLogitBias(values);
  }
}
