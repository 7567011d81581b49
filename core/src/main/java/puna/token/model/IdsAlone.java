package puna.token.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import puna.error.ModelFormatException;
import puna.token.PromptPart;
import puna.token.TextDecoder;
import puna.token.Tokenizer;

/// The vocabulary of a model that comes without a tokenizer: ids have no text. What it answers
/// reads as numbers, ` 17 4`; text is refused.
public final class IdsAlone implements Tokenizer {
  private final int size;
  private final String reason;

  /// @param size ids are below
  /// @param reason why there is no tokenizer, for refusals
  public IdsAlone(int size, String reason) {
    this.size = size;
    this.reason = reason;
  }

  @Override
  public int vocabularySize() {
    return size;
  }

  /// @throws ModelFormatException for any text but the empty one
  @Override
  public int[] encode(String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    throw refusal();
  }

  /// @throws ModelFormatException for any text but the empty one
  @Override
  public int[] encodeWithSpecials(String text) {
    return encode(text);
  }

  /// @throws ModelFormatException for any part
  @Override
  public int[] encode(List<PromptPart> parts, Set<String> marks) {
    if (parts.isEmpty()) {
      return new int[0];
    }
    throw refusal();
  }

  private ModelFormatException refusal() {
    return new ModelFormatException(reason + ": text cannot be read, token ids can");
  }

  @Override
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(shown(id));
    }
    return text.toString();
  }

  @Override
  public byte[] bytes(int id) {
    return shown(id).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String piece(int id) {
    return shown(id).strip();
  }

  private String shown(int id) {
    if (id < 0 || id >= size) {
      throw new IllegalArgumentException(
          "token id must be in 0..%s, found %s".formatted(size - 1, id));
    }
    return " " + id;
  }

  @Override
  public boolean isSpecial(int id) {
    return false;
  }

  @Override
  public OptionalInt special(String token) {
    return OptionalInt.empty();
  }

  @Override
  public Set<String> markTexts() {
    return Set.of();
  }

  @Override
  public OptionalInt bos() {
    return OptionalInt.empty();
  }

  @Override
  public OptionalInt eos() {
    return OptionalInt.empty();
  }

  @Override
  public boolean addsBos() {
    return false;
  }

  @Override
  public boolean addsEos() {
    return false;
  }

  @Override
  public boolean isEndOfGeneration(int id) {
    return false;
  }

  @Override
  public TextDecoder decoder(boolean atStart) {
    return new TextDecoder() {
      @Override
      public String append(int id) {
        return shown(id);
      }

      @Override
      public boolean isHolding() {
        return false;
      }

      @Override
      public String finish() {
        return "";
      }
    };
  }
}
