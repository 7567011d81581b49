package puna.server.llamaserver;

import java.util.List;
import java.util.Optional;
import puna.GenerationOptions;
import puna.ResponseFormat;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.sample.SamplingOptions;
import puna.server.wire.Fields;

/// The settings of an answer, all of them, by llama-server's names.
final class SettingsJson {
  /// What is told of what nobody set: llama.cpp's neutral values.
  private static final JsonObject NEUTRAL =
      (JsonObject)
          Json.parse(
              """
              {"n_predict": -1, "seed": 4294967295, "temperature": 0.8, "dynatemp_range": 0,
               "dynatemp_exponent": 1, "top_k": 40, "top_p": 0.95, "min_p": 0.05, "top_n_sigma": -1,
               "xtc_probability": 0, "xtc_threshold": 0.1, "typical_p": 1, "repeat_last_n": 64,
               "repeat_penalty": 1, "presence_penalty": 0, "frequency_penalty": 0,
               "dry_multiplier": 0, "dry_base": 1.75, "dry_allowed_length": 2,
               "dry_penalty_last_n": -1, "dry_sequence_breakers": ["\\n", ":", "\\"", "*"],
               "mirostat": 0, "mirostat_tau": 5, "mirostat_eta": 0.1, "stop": [], "max_tokens": -1,
               "n_keep": 0, "n_discard": 0, "ignore_eos": false, "stream": false, "logit_bias": [],
               "n_probs": 0, "min_keep": 0, "grammar": "", "samplers": [], "timings_per_token": false,
               "post_sampling_probs": false, "lora": []}\
              """,
              "settings");

  private SettingsJson() {}

  /// The settings of a request that sets none.
  static JsonObject defaults(SamplingOptions ofModel) {
    CompletionFields none = CompletionFields.read(Fields.of(JsonObject.builder().build()), "");
    return of(none, none.options(), ofModel);
  }

  /// @param options of the answer, all
  /// @param ofModel what the model has where they set nothing
  static JsonObject of(
      CompletionFields request, GenerationOptions options, SamplingOptions ofModel) {
    int most = options.maxTokens().orElse(Integer.MAX_VALUE);
    long told = most == Integer.MAX_VALUE ? -1 : most;
    CompletionFields.Form form = request.form();
    return NEUTRAL.toBuilder()
        .putAll(options.sampling().over(ofModel).toJson().members())
        .put("n_predict", told)
        .put("max_tokens", told)
        .put("stop", options.stopStrings().stream().map(JsonString::new).toList())
        .put("n_indent", options.minIndentation().orElse(0))
        .put("stream", form.stream())
        .put("n_probs", form.probabilities().likeliest())
        .put("grammar", grammar(options.format()))
        .put("timings_per_token", form.timings())
        .put(
            "post_sampling_probs",
            form.probabilities().stage() == puna.sample.LogProbabilityOptions.Stage.DRAW)
        .put("logit_bias", biases(options.sampling()))
        .build();
  }

  private static String grammar(Optional<ResponseFormat> format) {
    return format.map(ResponseFormat::toGbnf).orElse("");
  }

  private static List<JsonObject> biases(SamplingOptions sampling) {
    return sampling.logitBias().entrySet().stream()
        .map(entry ->
            JsonObject.builder()
                .put("token", entry.getKey())
                .put(
                    "bias",
                    entry.getValue() == Float.NEGATIVE_INFINITY
                        ? JsonValue.JsonNull.NULL // JSON has no infinity
                        : new JsonNumber(Float.toString(entry.getValue())))
                .build())
        .toList();
  }

  /// A member of an object by its path, such as `timings/prompt_n`.
  static Optional<JsonValue> at(JsonObject object, String path) {
    JsonValue at = object;
    for (String name : path.split("/", -1)) {
      Optional<JsonValue> next =
          switch (at) {
            case JsonObject inner -> inner.get(name);
            case JsonArray(List<JsonValue> elements)
                when name.matches("[0-9]{1,6}") && Integer.parseInt(name) < elements.size() ->
                Optional.of(elements.get(Integer.parseInt(name)));
            default -> Optional.empty();
          };
      if (next.isEmpty()) {
        return next;
      }
      at = next.get();
    }
    return Optional.of(at);
  }
}
