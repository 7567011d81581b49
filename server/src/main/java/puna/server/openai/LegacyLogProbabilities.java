package puna.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.Generation;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.sample.TokenProbability;
import puna.server.work.TokenCursor;
import puna.server.work.TokenTexts;
import puna.token.TextDecoder;
import puna.token.Tokenizer;

/// Log-probabilities of tokens, as completions of raw texts tell them: four lists of one length.
final class LegacyLogProbabilities {
  private final Tokenizer tokenizer;
  private final List<JsonValue> tokens = new ArrayList<>();
  private final List<JsonValue> logProbabilities = new ArrayList<>();
  private final List<JsonValue> likeliest = new ArrayList<>();
  private final List<JsonValue> offsets = new ArrayList<>();
  private int offset; // characters of the text that have begun so far

  /// @param offset characters of the text before
  LegacyLogProbabilities(Tokenizer tokenizer, int offset) {
    this.tokenizer = tokenizer;
    this.offset = offset;
  }

  /// Adds the tokens of a prompt; the first has nothing before it.
  void addPrompt(Generation answer, List<TokenProbability> probabilities) {
    TextDecoder decoder = tokenizer.decoder(true);
    int[] ids = answer.promptTokens();
    int missing = ids.length - probabilities.size();
    for (int i = 0; i < ids.length; i++) {
      String text = decoder.append(ids[i]);
      add(
          text,
          offset,
          i < missing ? Optional.empty() : Optional.of(probabilities.get(i - missing)));
      offset += text.codePointCount(0, text.length());
    }
  }

  /// Adds the tokens of a piece of an answer.
  void add(List<TokenCursor.Told> told) {
    for (TokenCursor.Told token : told) {
      byte[] bytes = token.bytes();
      boolean isInside = bytes.length > 0 && goesOn(bytes[0]) && offset > 0;
      add(token.text(), isInside ? offset - 1 : offset, Optional.of(token.probability()));
      for (byte each : bytes) {
        offset += goesOn(each) ? 0 : 1;
      }
    }
  }

  /// Whether a byte of UTF-8 is of a character that began before it.
  private static boolean goesOn(byte each) {
    return (each & 0xc0) == 0x80;
  }

  private void add(String text, int at, Optional<TokenProbability> probability) {
    tokens.add(new JsonString(text));
    offsets.add(JsonNumber.of(at));
    if (probability.isEmpty()) {
      logProbabilities.add(JsonNull.NULL);
      likeliest.add(JsonNull.NULL);
    } else {
      logProbabilities.add(JsonNumber.of(TokenTexts.finite(probability.get().logProbability())));
      likeliest.add(likeliest(probability.get()));
    }
  }

  private JsonObject likeliest(TokenProbability token) {
    JsonObject.Builder members = JsonObject.builder();
    for (TokenProbability.Rival rival : token.likeliest()) {
      members.put(
          new String(tokenizer.bytes(rival.token()), java.nio.charset.StandardCharsets.UTF_8),
          TokenTexts.finite(rival.logProbability()));
    }
    return members.build();
  }

  /// What of a text is behind so many characters.
  static String behind(String text, int characters) {
    int all = text.codePointCount(0, text.length());
    return text.substring(text.offsetByCodePoints(0, Math.min(characters, all)));
  }

  int offset() {
    return offset;
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("tokens", new JsonArray(tokens))
        .put("token_logprobs", new JsonArray(logProbabilities))
        .put("top_logprobs", new JsonArray(likeliest))
        .put("text_offset", new JsonArray(offsets))
        .build();
  }
}
