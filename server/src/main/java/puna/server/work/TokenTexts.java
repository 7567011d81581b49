package puna.server.work;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import puna.GeneratedToken;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.sample.TokenProbability;
import puna.server.wire.Members;
import puna.token.Tokenizer;

/// The log-probabilities of an answer's tokens, so many at a time as a piece of its text is made
/// of. Together their bytes are the text, also where a token is a part of a character.
public final class TokenTexts {
  private final Tokenizer tokenizer;
  private final Iterator<GeneratedToken> tokens;
  private long textBytes; // of the pieces so far
  private long tokenBytes; // of the tokens so far

  /// @param tokens of the answer
  public TokenTexts(Tokenizer tokenizer, Iterator<GeneratedToken> tokens) {
    this.tokenizer = tokenizer;
    this.tokens = tokens;
  }

  /// The entries for the tokens of the next piece.
  public List<JsonObject> next(String piece) {
    byte[] text = piece.getBytes(StandardCharsets.UTF_8);
    textBytes += text.length;
    List<JsonObject> entries = new ArrayList<>();
    while (tokenBytes < textBytes && tokens.hasNext()) {
      GeneratedToken token = tokens.next();
      if (token.probability().isPresent() && !tokenizer.isEndOfGeneration(token.id())) {
        byte[] bytes = bytes(token, text);
        tokenBytes += bytes.length;
        entries.add(entry(token.probability().get(), bytes));
      }
    }
    return entries;
  }

  /// The bytes that a token adds: the space that some tokenizers put before the first word is no
  /// part of the text, nor is what a stop sequence cut off.
  private byte[] bytes(GeneratedToken token, byte[] text) {
    byte[] bytes = tokenizer.bytes(token.id());
    boolean dropsSpace =
        tokenBytes == 0 && bytes.length > 0 && bytes[0] == ' ' && text.length > 0 && text[0] != ' ';
    byte[] shown = dropsSpace ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    long room = textBytes - tokenBytes;
    return shown.length > room && !tokens.hasNext()
        ? Arrays.copyOf(shown, Math.toIntExact(room))
        : shown;
  }

  private JsonObject entry(TokenProbability token, byte[] bytes) {
    List<JsonValue> likeliest = new ArrayList<>();
    for (TokenProbability.Rival rival : token.likeliest()) {
      likeliest.add(entry(tokenizer.bytes(rival.token()), rival.logProbability()).toJson());
    }
    return entry(bytes, token.logProbability()).put("top_logprobs", likeliest).toJson();
  }

  private static Members entry(byte[] bytes, double logProbability) {
    List<JsonNumber> numbers = new ArrayList<>();
    for (byte each : bytes) {
      numbers.add(JsonNumber.of(Byte.toUnsignedInt(each)));
    }
    return Members.none()
        .put("token", new String(bytes, StandardCharsets.UTF_8))
        .put("logprob", finite(logProbability))
        .put("bytes", numbers);
  }

  /// JSON has no infinity; OpenAI's own stand-in for a token that cannot come.
  private static double finite(double logProbability) {
    return Math.max(-9999, Math.min(0, logProbability));
  }
}
