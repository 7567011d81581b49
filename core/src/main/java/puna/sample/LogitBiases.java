package puna.sample;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonBoolean;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;

/// What is added to the logits of tokens, as JSON and by its rule.
final class LogitBiases {
  private LogitBiases() {}

  static JsonValue write(Map<Integer, Float> biases) {
    JsonObject.Builder members = JsonObject.builder();
    biases.forEach((token, bias) ->
        members.put(
            String.valueOf(token),
            bias == Float.NEGATIVE_INFINITY ? JsonBoolean.FALSE : Option.writeFloat(bias)));
    return members.build();
  }

  static Map<Integer, Float> read(JsonValue json) {
    Map<Integer, Float> biases = new TreeMap<>();
    Option.members(json, LogitBiases::readOneBias)
        .forEach((token, bias) -> biases.put(readToken(token), bias));
    return Collections.unmodifiableMap(biases);
  }

  private static float readOneBias(JsonValue json) {
    return switch (json) {
      case JsonBoolean truth when truth == JsonBoolean.FALSE -> Float.NEGATIVE_INFINITY;
      case JsonValue.JsonNumber number -> Option.readFloat(number);
      default -> throw Option.mustBe("a number, or false to ban the token", json);
    };
  }

  private static int readToken(String text) {
    JsonValue.JsonString name = new JsonValue.JsonString(text);
    try {
      int token = Integer.parseInt(text);
      if (text.equals(Integer.toString(token))) {
        return token;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "a token's id " + Option.mustBe("an integer of 32 bits", name).getMessage());
  }

  static void require(Map<Integer, Float> biases) {
    biases.forEach((token, bias) -> {
      Checks.require(token >= 0, "logitBias", "about tokens from 0", token);
      Checks.require(
          bias < Float.POSITIVE_INFINITY,
          "logitBias of token " + token,
          "finite or negative infinity",
          bias);
    });
  }
}
