package puna.server.ollama;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import puna.AnswerOptions;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;
import puna.server.work.AnswerTerms;

/// The member `options` of a request: what is read by another name or type than Ollama has is
/// refused in its words; what nobody knows is passed over, since old clients send much of it.
final class OptionFields {
  private static final Logger LOG = System.getLogger("puna.server");
  private static final Set<String> INTEGERS =
      Set.of(
          "num_keep",
          "seed",
          "num_predict",
          "top_k",
          "repeat_last_n",
          "num_ctx",
          "num_batch",
          "num_gpu",
          "main_gpu",
          "num_thread",
          "draft_num_predict");
  private static final Set<String> NUMBERS =
      Set.of(
          "top_p",
          "min_p",
          "typical_p",
          "temperature",
          "repeat_penalty",
          "presence_penalty",
          "frequency_penalty");
  private static final String STOP = "stop";

  private final Map<String, JsonValue> members;

  private OptionFields(Map<String, JsonValue> members) {
    this.members = members;
  }

  /// Sets what a request's options say.
  ///
  /// @throws Failure when one is of another type than it must be
  static <O extends AnswerOptions<O>> O into(Fields request, O options) {
    Optional<Fields> given = request.object("options");
    OptionFields fields =
        new OptionFields(given.isPresent() ? given.get().json().members() : Map.of());
    fields.requireTypes();
    O with = options.withSampling(fields.sampling()).withMaxTokens(fields.mostTokens());
    return AnswerTerms.stopping(with, fields.stops());
  }

  private void requireTypes() {
    members.forEach((name, value) -> {
      if (value == JsonValue.JsonNull.NULL) {
        return;
      }
      if (INTEGERS.contains(name)) {
        require(value instanceof JsonNumber, name, "of type integer");
      } else if (NUMBERS.contains(name)) {
        require(value instanceof JsonNumber, name, "of type float32");
      } else if (name.equals("use_mmap")) {
        require(value instanceof JsonBoolean, name, "of type boolean");
      } else if (!name.equals(STOP)) {
        LOG.log(Level.DEBUG, "invalid option provided: {0}", name);
      }
    });
  }

  private static void require(boolean condition, String name, String type) {
    if (!condition) {
      throw Failure.of(Kind.INVALID, "option \"%s\" must be %s".formatted(name, type))
          .at("options." + name);
    }
  }

  private SamplingOptions sampling() {
    SamplingOptions options = shape(SamplingOptions.defaults());
    OptionalDouble repeat = number("repeat_penalty");
    if (repeat.isPresent() && repeat.getAsDouble() > 0) { // 0 is what clients send for none
      options = options.withRepeatPenalty((float) repeat.getAsDouble());
    }
    OptionalDouble presence = number("presence_penalty");
    if (presence.isPresent()) {
      options = options.withPresencePenalty((float) presence.getAsDouble());
    }
    OptionalDouble frequency = number("frequency_penalty");
    if (frequency.isPresent()) {
      options = options.withFrequencyPenalty((float) frequency.getAsDouble());
    }
    OptionalLong window = integer("repeat_last_n");
    if (window.isPresent()) {
      options = options.withPenaltyWindow(Math.clamp(window.getAsLong(), -1, 1 << 20));
    }
    OptionalLong seed = integer("seed");
    return seed.isPresent() && seed.getAsLong() >= 0 ? options.withSeed(seed.getAsLong()) : options;
  }

  private SamplingOptions shape(SamplingOptions given) {
    SamplingOptions options = given;
    OptionalDouble temperature = number("temperature");
    if (temperature.isPresent()) {
      options = options.withTemperature((float) Math.max(0, temperature.getAsDouble()));
    }
    OptionalLong topK = integer("top_k");
    if (topK.isPresent()) {
      options = options.withTopK(Math.clamp(topK.getAsLong(), 0, Integer.MAX_VALUE));
    }
    OptionalDouble topP = number("top_p");
    if (topP.isPresent()) {
      options = options.withTopP((float) Math.clamp(topP.getAsDouble(), Float.MIN_NORMAL, 1));
    }
    OptionalDouble minP = number("min_p");
    if (minP.isPresent()) {
      options = options.withMinP((float) Math.clamp(minP.getAsDouble(), 0, 1));
    }
    OptionalDouble typical = number("typical_p");
    if (typical.isPresent() && typical.getAsDouble() > 0 && typical.getAsDouble() < 1) {
      options = options.with(new SamplerStep.TypicalP((float) typical.getAsDouble()));
    }
    return options;
  }

  /// How many tokens an answer may have; without a bound, and for one below 1, it may fill the
  /// context.
  private int mostTokens() {
    long most = integer("num_predict").orElse(-1);
    return most < 1 ? Integer.MAX_VALUE : (int) Math.min(most, Integer.MAX_VALUE);
  }

  private List<String> stops() {
    JsonValue value = members.getOrDefault(STOP, JsonValue.JsonNull.NULL);
    if (value == JsonValue.JsonNull.NULL) {
      return List.of();
    }
    List<String> stops = new ArrayList<>();
    switch (value) {
      case JsonString(String text) -> stops.add(text); // as old clients have it
      case JsonArray(List<JsonValue> elements) -> {
        for (JsonValue element : elements) {
          require(element instanceof JsonString, STOP, "of an array of strings");
          stops.add(((JsonString) element).value());
        }
      }
      default -> require(false, STOP, "of type array");
    }
    return stops;
  }

  /// A number without its fraction, as Ollama takes it.
  private OptionalLong integer(String name) {
    return members.get(name) instanceof JsonNumber number
        ? OptionalLong.of((long) number.asDouble())
        : OptionalLong.empty();
  }

  private OptionalDouble number(String name) {
    return members.get(name) instanceof JsonNumber number
        ? OptionalDouble.of(number.asDouble())
        : OptionalDouble.empty();
  }
}
