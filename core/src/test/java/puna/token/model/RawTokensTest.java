package puna.token.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import puna.tensor.ModelWarnings;
import puna.text.FileText;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Tokens whose bytes are no UTF-8: parts of characters, which a vocabulary may hold.
class RawTokensTest {
  // unknown and control
  private static final Set<Long> TEXTLESS = Set.of(2L, 3L);

  private static final byte[][] RAW = {
    {(byte) 0xE2, (byte) 0x96},
    {(byte) 0xFF},
    {(byte) 0xFE},
    {(byte) 0x80},
    {'a', (byte) 0xE2},
    {(byte) 0xC3, 'b'},
    {(byte) 0xF0, (byte) 0x9F, (byte) 0x98},
    {(byte) 0xED, (byte) 0xA0, (byte) 0x80}
  };

  @Test
  void keepTheirBytesInSentencePieceVocabularies() {
    for (long type = 1; type <= 5; type++) {
      Map<String, Object> keys = TinyVocabularies.sentencePieceKeys();
      int first = append(keys, type);
      double[] scores = (double[]) keys.get("tokenizer.ggml.scores");
      keys.put("tokenizer.ggml.scores", Arrays.copyOf(scores, first + RAW.length));
      check(keys, first, type, TinyVocabularies.sentencePiece());
    }
  }

  @Test
  void keepTheirBytesInByteLevelVocabularies() {
    for (long type = 1; type <= 5; type++) {
      Map<String, Object> keys = TinyVocabularies.bytePairKeys();
      check(keys, append(keys, type), type, TinyVocabularies.bytePair());
    }
  }

  /// Appends the raw tokens; returns the id of the first.
  private static int append(Map<String, Object> keys, long type) {
    List<String> tokens = new ArrayList<>();
    for (Object token : (List<?>) keys.getOrDefault("tokenizer.ggml.tokens", List.of())) {
      tokens.add((String) token);
    }
    int first = tokens.size();
    for (byte[] raw : RAW) {
      tokens.add(FileText.read(raw, 0, raw.length));
    }
    long[] types =
        Arrays.copyOf(
            (long[]) keys.getOrDefault("tokenizer.ggml.token_type", new long[0]), tokens.size());
    Arrays.fill(types, first, types.length, type);
    keys.put("tokenizer.ggml.tokens", tokens);
    keys.put("tokenizer.ggml.token_type", types);
    return first;
  }

  private static void check(Map<String, Object> keys, int first, long type, Tokenizer plain) {
    Tokenizer tokenizer = TokenizerFiles.from(TinyVocabularies.metadata(keys), new ModelWarnings());
    for (int i = 0; i < RAW.length; i++) {
      // of tokens that stand for text
      if (!TEXTLESS.contains(type)) {
        assertThat(tokenizer.bytes(first + i)).isEqualTo(RAW[i]);
      }
    }
    for (String text : List.of("abc cab ▁ é ?", "\uFFFD a\uFFFDb", "😀")) {
      assertThat(tokenizer.decode(tokenizer.encode(text)))
          .isEqualTo(plain.decode(plain.encode(text)));
    }
  }
}
