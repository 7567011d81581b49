package puna.server.ollama;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import puna.AnswerOptions;
import puna.ChatOptions;
import puna.ChatOptions.OnHistoryFull;
import puna.ChatOptions.Reasoning;
import puna.ModelCard;
import puna.ResponseFormat;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.sample.LogProbabilityOptions;
import puna.server.wire.Failure;
import puna.server.wire.Failure.Kind;
import puna.server.wire.Fields;
import puna.server.work.AnswerTerms;
import puna.server.work.JsonForms;

/// What requests of chat and generate have in common.
final class AnswerFields {
  private static final int MOST_LIKELIEST = 20;

  private final Fields request;

  private final String model; // as the client names it

  AnswerFields(Fields request, String model) {
    this.request = request;
    this.model = model;
  }

  /// Sets what holds for answers of all kinds: options, form, log-probabilities, whose they are.
  <O extends AnswerOptions<O>> O into(O options, String caller) {
    O with = OptionFields.into(request, options);
    Optional<ResponseFormat> format = format();
    if (format.isPresent()) {
      with = with.withFormat(format.get());
    }
    OptionalInt likeliest = request.integer("top_logprobs", 0, MOST_LIKELIEST);
    if (hasLogProbabilities()) {
      with = with.withLogProbabilities(LogProbabilityOptions.ofAnswer(likeliest.orElse(0)));
    }
    return AnswerTerms.onBehalfOf(with, caller);
  }

  /// The options of an answer by a model's chat format.
  ChatOptions chatOptions(ModelCard card, String caller) {
    ChatOptions options = into(ChatOptions.defaults(), caller);
    if (request.bool("truncate").orElse(true)) {
      options = options.withOnHistoryFull(OnHistoryFull.DROP_MIDDLE);
    }
    return reasoning(options, card);
  }

  /// Whether the answer's log-probabilities are wanted.
  boolean hasLogProbabilities() {
    return request.isSet("logprobs");
  }

  private Optional<ResponseFormat> format() {
    JsonValue value = request.value("format").orElse(new JsonString(""));
    return switch (value) {
      case JsonString(String word) when word.isEmpty() -> Optional.empty();
      case JsonString(String word) when word.equals("json") ->
          Optional.of(ResponseFormat.jsonObject(JsonForms.plain()));
      case JsonObject schema -> Optional.of(schema(schema));
      default ->
          throw Failure.invalid(
              "format",
              "invalid format: %s; expected \"json\" or a valid JSON Schema object"
                  .formatted(puna.json.Json.write(value)));
    };
  }

  private static ResponseFormat schema(JsonObject schema) {
    try {
      return ResponseFormat.jsonSchema(schema, JsonForms.plain());
    } catch (IllegalArgumentException e) {
      throw Failure.invalid("format", "format: " + e.getMessage());
    }
  }

  /// A model that cannot think must not be asked to.
  ///
  /// @throws Failure when it is
  void requireAbility(ModelCard card) {
    Optional<JsonValue> think = request.value("think").filter(value -> value != JsonBoolean.FALSE);
    if (think.isPresent()) {
      Optional<String> _ = level(think.get()); // for its checks
      if (!card.thinks()) {
        throw cannot("thinking");
      }
    }
  }

  private ChatOptions reasoning(ChatOptions options, ModelCard card) {
    requireAbility(card);
    if (!card.thinks()) {
      return options;
    }
    JsonValue think = request.value("think").orElse(JsonBoolean.TRUE);
    if (think == JsonBoolean.FALSE) {
      // also where the template has no switch: then its reasoning is closed at once
      return options
          .withVariables(
              Map.of("enable_thinking", JsonBoolean.FALSE, "thinking", JsonBoolean.FALSE))
          .withMaxReasoningTokens(0);
    }
    Map<String, JsonValue> variables = new LinkedHashMap<>();
    level(think).ifPresent(word -> variables.put("reasoning_effort", new JsonString(word)));
    return options.withReasoning(Reasoning.ON).withVariables(variables);
  }

  /// How much is thought; empty for as much as the model likes.
  private static Optional<String> level(JsonValue think) {
    if (think == JsonBoolean.TRUE) {
      return Optional.empty();
    }
    if (think instanceof JsonString(String word)) {
      switch (word) {
        case "low", "medium", "high" -> {
          return Optional.of(word);
        }
        case "max" -> {
          return Optional.of("high"); // templates know no more
        }
        default -> {}
      }
    }
    throw Failure.invalid(
        "think",
        "invalid think value: %s (must be \"high\", \"medium\", \"low\", \"max\", true, or false)"
            .formatted(puna.json.Json.write(think)));
  }

  /// The model lacks what the request needs.
  Failure cannot(String what) {
    return Failure.of(Kind.INVALID, "\"%s\" does not support %s".formatted(model, what));
  }

  /// Images are refused wherever they stand.
  static void requireNoImages(Fields fields) {
    if (!fields.array("images").orElse(java.util.List.of()).isEmpty()) {
      throw Failure.unsupported(
          fields.path("images"),
          "%s: this server reads text alone, no images".formatted(fields.path("images")));
    }
  }
}
