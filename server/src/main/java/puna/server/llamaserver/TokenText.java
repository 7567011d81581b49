package puna.server.llamaserver;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.server.wire.Failure;
import puna.token.Tokenizer;

/// The text of tokens, with special tokens as they are spelled.
final class TokenText {
  private TokenText() {}

  /// @throws Failure when a token is not in the vocabulary
  static String of(Tokenizer tokenizer, int... ids) {
    StringBuilder text = new StringBuilder();
    List<Integer> run = new ArrayList<>();
    boolean isStart = true;
    for (int id : ids) {
      if (id >= tokenizer.vocabularySize()) {
        throw Failure.of(
            Failure.Kind.INVALID,
            "tokens: must be from 0 to %s, found %s".formatted(tokenizer.vocabularySize() - 1, id));
      }
      if (tokenizer.isSpecial(id)) {
        text.append(running(tokenizer, run, isStart));
        isStart &= run.isEmpty();
        run.clear();
        text.append(tokenizer.piece(id));
      } else {
        run.add(id);
      }
    }
    return text.append(running(tokenizer, run, isStart)).toString();
  }

  /// The space that some tokenizers put before the first word is no part of the text.
  private static String running(Tokenizer tokenizer, List<Integer> run, boolean isStart) {
    int[] ids = run.stream().mapToInt(id -> id).toArray();
    if (isStart) {
      return tokenizer.decode(ids);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Arrays.stream(ids).forEach(id -> bytes.writeBytes(tokenizer.bytes(id)));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /// A token's own text; as bytes where it is a part of a character.
  static JsonValue piece(Tokenizer tokenizer, int id) {
    if (tokenizer.isSpecial(id)) {
      return new JsonString(tokenizer.piece(id));
    }
    byte[] bytes = tokenizer.bytes(id);
    return strict(bytes).<JsonValue>map(JsonString::new).orElseGet(() -> numbers(bytes));
  }

  private static Optional<String> strict(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /// Bytes as numbers.
  static JsonArray numbers(byte... bytes) {
    List<JsonValue> numbers = new ArrayList<>();
    for (byte each : bytes) {
      numbers.add(JsonNumber.of(Byte.toUnsignedInt(each)));
    }
    return new JsonArray(numbers);
  }

  /// Ids as numbers.
  static JsonArray numbers(int... ids) {
    return new JsonArray(Arrays.stream(ids).<JsonValue>mapToObj(JsonNumber::of).toList());
  }
}
