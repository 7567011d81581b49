package puna;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import puna.engine.FakeDecoder;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Vocabularies of single letters, as large as the fake decoder's.
final class TinyTokenizer {
  static final int BOS = 1;
  static final int EOS = 2;
  static final int TURN_END = 60;

  private static final long NORMAL = 1;
  private static final long UNKNOWN = 2;
  private static final long CONTROL = 3;

  private static final Map<String, Object> BYTES =
      Map.of(
          "tokenizer.ggml.model",
          "gpt2",
          "tokenizer.ggml.pre",
          "gpt-2",
          "tokenizer.ggml.merges",
          List.of(),
          "tokenizer.ggml.add_bos_token",
          true);

  private TinyTokenizer() {}

  /// 0 `<unk>`, 1 `<s>`, 2 `</s>`, 3 `▁`, letters, 60 `<end>`, 61… further control tokens.
  static Tokenizer create(boolean addsBos) {
    List<String> tokens = tokens("▁", letters('A', TURN_END - 4));
    return create(
        tokens,
        Map.of(
            "tokenizer.ggml.model",
            "llama",
            "tokenizer.ggml.scores",
            new double[tokens.size()],
            "tokenizer.ggml.eos_token_id",
            (long) EOS,
            "tokenizer.ggml.add_bos_token",
            addsBos));
  }

  /// Byte-level, of the same order: a space, small letters, what JSON is written with, the bytes of
  /// `é` and the first of `☃`, large letters.
  static Tokenizer ofBytes() {
    Map<String, Object> keys = new HashMap<>(BYTES);
    keys.put("tokenizer.ggml.eos_token_id", (long) EOS);
    return create(byteTokens(), keys);
  }

  /// The same, where nothing but `<end>` ends an answer, and that only in a chat.
  static Tokenizer ofBytesWithoutEnd() {
    return create(byteTokens(), BYTES);
  }

  private static List<String> byteTokens() {
    List<String> normal = new ArrayList<>(letters('a', 26));
    "{}[]\":,<>/_".chars().mapToObj(Character::toString).forEach(normal::add);
    normal.addAll(List.of("Ã", "©", "â")); // as vocabularies write the bytes C3, A9, E2
    normal.addAll(letters('A', TURN_END - 4 - normal.size()));
    return tokens("Ġ", normal);
  }

  private static List<String> letters(char first, int count) {
    return IntStream.range(first, first + count).mapToObj(Character::toString).toList();
  }

  private static List<String> tokens(String space, List<String> normal) {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>", space));
    tokens.addAll(normal);
    tokens.add("<end>");
    while (tokens.size() < FakeDecoder.VOCABULARY) {
      tokens.add("<control-" + tokens.size() + ">");
    }
    return tokens;
  }

  private static Tokenizer create(List<String> tokens, Map<String, Object> keys) {
    long[] types = new long[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = id == 0 ? UNKNOWN : id <= EOS || id >= TURN_END ? CONTROL : NORMAL;
    }
    Map<String, Object> all = new HashMap<>(keys);
    all.put("tokenizer.ggml.tokens", tokens);
    all.put("tokenizer.ggml.token_type", types);
    all.put("tokenizer.ggml.bos_token_id", (long) BOS);
    return TokenizerFiles.from(new Metadata("tiny.gguf", all), new ModelWarnings());
  }
}
