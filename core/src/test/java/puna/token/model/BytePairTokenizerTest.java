package puna.token.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelFormatException;
import puna.json.Json;
import puna.json.JsonValue.JsonArray;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.tensor.ModelWarnings;
import puna.token.PromptPart;
import puna.token.Tokenizer;
import puna.token.file.TiktokenReader;
import puna.token.file.TokenizerFiles;

class BytePairTokenizerTest {
  private static final int AB = 256;
  private static final int SPACE_A = 257;
  private static final int ABC = 258;
  private static final int START = 260;
  private static final int EOT = 261;
  private static final int FUNCTION = 262;

  private final Tokenizer tokenizer = TinyVocabularies.bytePair();

  @Test
  void mergesTheLowestRankFirst() {
    assertThat(tokenizer.encode("abc")).containsExactly(ABC);
    assertThat(tokenizer.encode("x abc")).containsExactly('x', ' ', ABC);
    assertThat(tokenizer.encode("x ax")).containsExactly('x', SPACE_A, 'x');
    assertThat(tokenizer.encode("cabc")).containsExactly('c', ABC);
  }

  @Test
  void takesWholePiecesFirstWhereTheFamilyDoes() {
    assertThat(tokenizer.encode("cab")).containsExactly(259);
    Tokenizer ranked =
        TiktokenReader.read(
            TinyVocabularies.tiktoken(), "tiny", PreTokenizer.LLAMA3, List.of("<|eot_id|>"));
    // merging makes "bc" first and never arrives at "abcd"
    assertThat(ranked.encode("abcd")).containsExactly(257);
    assertThat(ranked.encode("abcde")).containsExactly('a', 256, 'd', 'e');
    assertThat(ranked.isEndOfGeneration(258)).isTrue();
  }

  @Test
  void matchesControlTokensOnlyWhereAsked() {
    assertThat(tokenizer.encode("<|im_start|>")).doesNotContain(START);
    assertThat(tokenizer.encodeWithSpecials("<|im_start|>ab<|eot|>"))
        .containsExactly(START, AB, EOT);
    assertThat(
            tokenizer.encode(
                List.of(new PromptPart.Special("<|im_start|>"), new PromptPart.Text("<|eot|>"))))
        .startsWith(START)
        .doesNotContain(EOT);
  }

  @Test
  void matchesUserDefinedTokensAlways() {
    assertThat(tokenizer.encode("ab<fn>ab")).containsExactly(AB, FUNCTION, AB);
    assertThat(tokenizer.decode(new int[] {AB, FUNCTION, START, AB})).isEqualTo("ab<fn>ab");
  }

  @Test
  void keepsIdsAbsentThatTheFileDoesNotName() {
    assertThat(tokenizer.bos()).isEmpty();
    assertThat(tokenizer.eos()).isEmpty();
    assertThat(tokenizer.addsBos()).isFalse();
    assertThat(tokenizer.isEndOfGeneration(EOT)).isTrue();
  }

  @Test
  void writesPiecesInTheByteAlphabet() {
    assertThat(tokenizer.piece(SPACE_A)).isEqualTo("Ġa");
    assertThat(tokenizer.bytes(SPACE_A)).isEqualTo(" a".getBytes(StandardCharsets.UTF_8));
    assertThat(tokenizer.bytes(START)).isEmpty();
    assertThat(tokenizer.piece(START)).isEqualTo("<|im_start|>");
  }

  @Test
  void decodesIllFormedBytesAsFarAsTheyWereWellFormed() {
    assertThat(tokenizer.decode(new int[] {0xF0, 0x9F, 'a'})).isEqualTo("\uFFFDa");
    assertThat(tokenizer.decode(new int[] {0xE0, 0x80, 0xFF})).isEqualTo("\uFFFD\uFFFD\uFFFD");
    assertThat(tokenizer.decode(new int[] {0xED, 0xA0, 0x80})).isEqualTo("\uFFFD\uFFFD\uFFFD");
  }

  @Test
  void replacesIllFormedBytesAsTheReferenceDoes() throws IOException {
    try (InputStream stream =
        BytePairTokenizerTest.class.getResourceAsStream("ill-formed-utf8.jsonl")) {
      String lines =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      for (String line : lines.split("\n")) {
        JsonObject expected = (JsonObject) Json.parse(line, "ill-formed-utf8.jsonl");
        int[] ids =
            ((JsonArray) expected.get("bytes").orElseThrow())
                .elements().stream().mapToInt(b -> (int) ((JsonNumber) b).asLong()).toArray();
        assertThat(new JsonString(tokenizer.decode(ids)))
            .as(line)
            .isEqualTo(expected.get("text").orElseThrow());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", " ", "cab", "\n", "🦙", "=", "中A"})
  void encodesAMillionRepetitions(String unit) {
    String text = unit.repeat(1_000_000 / unit.length());
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    Tokenizer pieces = TinyVocabularies.sentencePiece();
    assertThat(pieces.decode(pieces.encode(text))).isEqualTo(text);
  }

  @Test
  void refusesMetadataThatContradictsItself() {
    refuses("tokenizer.ggml.pre", "tekken", "pre must be a pre-tokenizer that is supported");
    refuses("tokenizer.ggml.token_type", new long[1], "token_type must have a type for each");
    refuses("tokenizer.ggml.tokens", List.of("a", "a"), "");
  }

  private static void refuses(String key, Object value, String message) {
    Map<String, Object> keys = new HashMap<>(TinyVocabularies.bytePairKeys());
    keys.put(key, value);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> TokenizerFiles.from(TinyVocabularies.metadata(keys), new ModelWarnings()))
        .withMessageContaining(message);
  }
}
