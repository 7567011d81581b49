package puna.server.work;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import puna.GeneratedToken;
import puna.sample.TokenProbability;
import puna.token.Tokenizer;

/// The tokens of an answer, so many at a time as a piece of its text is made of. Together their
/// bytes are the text, also where a token is a part of a character.
public final class TokenCursor {
  private final Tokenizer tokenizer;
  private final Iterator<GeneratedToken> tokens;
  private long textBytes; // of the pieces so far
  private long tokenBytes; // of the tokens so far

  /// A token that has a log-probability.
  ///
  /// @param bytes that it adds to the text
  public record Told(TokenProbability probability, byte[] bytes) {
    /// Its text, in which a part of a character is U+FFFD.
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /// @param tokens of the answer
  public TokenCursor(Tokenizer tokenizer, Iterator<GeneratedToken> tokens) {
    this.tokenizer = tokenizer;
    this.tokens = tokens;
  }

  /// What its tokens are of.
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /// The tokens of the next piece.
  public List<Told> next(String piece) {
    byte[] text = piece.getBytes(StandardCharsets.UTF_8);
    textBytes += text.length;
    List<Told> told = new ArrayList<>();
    while (tokenBytes < textBytes && tokens.hasNext()) {
      GeneratedToken token = tokens.next();
      if (token.probability().isPresent() && !tokenizer.isEndOfGeneration(token.id())) {
        byte[] bytes = bytes(token, text);
        tokenBytes += bytes.length;
        told.add(new Told(token.probability().get(), bytes));
      }
    }
    return told;
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
}
