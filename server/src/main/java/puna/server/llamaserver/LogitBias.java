package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.token.Tokenizer;

/// What is added to the logits of tokens, which are named by their ids or by texts that are made of
/// them; `false` bans them.
record LogitBias(List<Entry> entries) {
  private static final String NAME = "logit_bias";

  /// One of them.
  ///
  /// @param token an id or a text
  record Entry(JsonValue token, float bias) {}

  static LogitBias read(Fields request) {
    List<Entry> entries = new ArrayList<>();
    switch (request.value(NAME).orElse(new JsonArray(List.of()))) {
      case JsonArray(List<JsonValue> pairs) -> {
        for (int i = 0; i < pairs.size(); i++) {
          entries.add(pair(pairs.get(i), "%s[%s]".formatted(NAME, i)));
        }
      }
      case JsonObject object ->
          object
              .members()
              .forEach((token, bias) -> entries.add(new Entry(named(token), bias(bias, NAME))));
      case JsonValue other ->
          throw Failure.wrongType(
              NAME, "an array of [token, bias] or an object", Fields.kind(other));
    }
    return new LogitBias(List.copyOf(entries));
  }

  private static Entry pair(JsonValue value, String path) {
    List<JsonValue> pair = Fields.array(value, path);
    if (pair.size() != 2) {
      throw Failure.invalid(
          path, "%s: must be [token, bias], found %s values".formatted(path, pair.size()));
    }
    JsonValue token = pair.getFirst();
    if (!(token instanceof JsonNumber) && !(token instanceof JsonString)) {
      throw Failure.wrongType(path + "[0]", "a token id or a text", Fields.kind(token));
    }
    return new Entry(token, bias(pair.getLast(), path + "[1]"));
  }

  /// Keys of an object are ids where they are numbers.
  private static JsonValue named(String token) {
    return token.matches("[0-9]{1,9}")
        ? JsonNumber.of(Long.parseLong(token))
        : new JsonString(token);
  }

  private static float bias(JsonValue value, String path) {
    if (value == JsonBoolean.FALSE) {
      return Float.NEGATIVE_INFINITY;
    }
    float bias = value instanceof JsonNumber number ? (float) number.asDouble() : Float.NaN;
    if (!Float.isFinite(bias)) {
      throw Failure.wrongType(path, "a number or false", Fields.kind(value));
    }
    return bias;
  }

  /// By the ids of tokens; ids that the vocabulary lacks are left out, as in llama.cpp.
  Map<Integer, Float> byId(Tokenizer tokenizer) {
    Map<Integer, Float> biases = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (entry.token instanceof JsonString(String text)) {
        for (int id : tokenizer.encode(text)) {
          biases.put(id, entry.bias);
        }
      } else {
        long id = Fields.whole(entry.token, NAME);
        if (id >= 0 && id < tokenizer.vocabularySize()) {
          biases.put((int) id, entry.bias);
        }
      }
    }
    return biases;
  }
}
