package puna.server.work;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.sample.TokenProbability;

/// The log-probabilities of tokens, as chat completions tell them.
public final class TokenTexts {
  /// JSON has no infinity: OpenAI's own stand-in for a token that cannot come.
  private static final double NEVER = -9999;

  private final TokenCursor tokens;

  /// @param tokens of the answer
  public TokenTexts(TokenCursor tokens) {
    this.tokens = tokens;
  }

  /// The entries for the tokens of the next piece.
  public List<JsonObject> next(String piece) {
    return tokens.next(piece).stream().map(this::entry).toList();
  }

  private JsonObject entry(TokenCursor.Told token) {
    List<JsonValue> likeliest = new ArrayList<>();
    for (TokenProbability.Rival rival : token.probability().likeliest()) {
      byte[] bytes = tokens.tokenizer().bytes(rival.token());
      likeliest.add(entry(bytes, rival.logProbability()).build());
    }
    return entry(token.bytes(), token.probability().logProbability())
        .put("top_logprobs", likeliest)
        .build();
  }

  private static JsonObject.Builder entry(byte[] bytes, double logProbability) {
    List<JsonNumber> numbers = new ArrayList<>();
    for (byte each : bytes) {
      numbers.add(JsonNumber.of(Byte.toUnsignedInt(each)));
    }
    return JsonObject.builder()
        .put("token", new String(bytes, StandardCharsets.UTF_8))
        .put("logprob", finite(logProbability))
        .put("bytes", numbers);
  }

  /// A log-probability that JSON can say.
  public static double finite(double logProbability) {
    return Math.max(NEVER, Math.min(0, logProbability));
  }
}
