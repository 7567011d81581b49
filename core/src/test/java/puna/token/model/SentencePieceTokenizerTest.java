package puna.token.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import puna.error.ModelFormatException;
import puna.tensor.ModelWarnings;
import puna.token.PromptPart;
import puna.token.TextDecoder;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

class SentencePieceTokenizerTest {
  private static final int SPACES = 259;
  private static final int AB = 260;
  private static final int SPACE_A = 261;
  private static final int BC = 262;
  private static final int SPACE = 264;
  private static final int C = 267;
  private static final int E_ACUTE = 268;
  private static final int FUNCTION = 269;

  private final Tokenizer tokenizer = TinyVocabularies.sentencePiece();

  @Test
  void putsOneSpaceBeforeTextThatIsNotEmpty() {
    assertThat(tokenizer.encode("")).isEmpty();
    assertThat(tokenizer.encode("é")).containsExactly(SPACE, E_ACUTE);
    assertThat(tokenizer.encode(" ")).containsExactly(SPACES);
  }

  @Test
  void mergesTheHighestScoreFirst() {
    // "ab" outranks "▁a" and "bc"; then nothing joins "▁", "ab" outranks "abc" only as a step
    assertThat(tokenizer.encode("abc")).containsExactly(SPACE, 263);
    assertThat(tokenizer.encode("ac")).containsExactly(SPACE_A, C);
    assertThat(tokenizer.encode("bc")).containsExactly(SPACE, BC);
  }

  @Test
  void spellsCharactersWithoutAPieceInBytes() {
    assertThat(tokenizer.encode("🦙\n"))
        .containsExactly(SPACE, 3 + 0xF0, 3 + 0x9F, 3 + 0xA6, 3 + 0x99, 3 + 0x0A);
    assertThat(tokenizer.encode("\uD83E")).containsExactly(SPACE, 3 + 0xEF, 3 + 0xBF, 3 + 0xBD);
  }

  @Test
  void takesTheSpaceMarkForASpace() {
    assertThat(tokenizer.encode("▁ab ")).isEqualTo(tokenizer.encode(" ab▁"));
  }

  @Test
  void matchesControlTokensOnlyWhereAsked() {
    assertThat(tokenizer.encode("<s>")).doesNotContain(1).hasSizeGreaterThan(1);
    assertThat(tokenizer.encodeWithSpecials("<s>ab</s>")).containsExactly(1, SPACE, AB, 2);
    assertThat(
            tokenizer.encode(
                List.of(
                    new PromptPart.Special("<s>"),
                    new PromptPart.Text("a"),
                    new PromptPart.Text("b"),
                    new PromptPart.Special("</s>"))))
        .containsExactly(1, SPACE, AB, 2);
  }

  @Test
  void refusesSpecialTokensThatItLacks() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encode(List.of(new PromptPart.Special("<nothing>"))))
        .withMessageContaining("<nothing>");
  }

  @Test
  void matchesUserDefinedTokensAlways() {
    assertThat(tokenizer.encode("ab<fn>c")).containsExactly(SPACE, AB, FUNCTION, SPACE, C);
  }

  @Test
  void decodesWithoutTheSpaceThatEncodingAdded() {
    for (String text : List.of("", " ", "ab", "  abc é\n", "🦙", "a<s>b", " \t ")) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
    assertThat(tokenizer.decode(new int[] {1, SPACE_A, 2, SPACE_A})).isEqualTo("a a");
    assertThat(tokenizer.decode(new int[] {0, SPACE_A})).isEqualTo(" ⁇  a");
  }

  @Test
  void decodesEveryIllFormedByteToOneReplacement() {
    assertThat(tokenizer.decode(new int[] {3 + 0xF0, 3 + 0x9F})).isEqualTo("\uFFFD\uFFFD");
    assertThat(tokenizer.decode(new int[] {3 + 0xE2, AB, 3 + 0x96})).isEqualTo("\uFFFDab\uFFFD");
  }

  @Test
  void keepsTheLeadingSpaceWhereTextGoesOn() {
    TextDecoder decoder = tokenizer.decoder(false);
    assertThat(decoder.append(SPACE_A) + decoder.finish()).isEqualTo(" a");
  }

  @Test
  void refusesIdsOutsideTheVocabulary() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.decode(new int[] {270}))
        .withMessageContaining("0..269")
        .withMessageContaining("found 270");
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.piece(-1));
  }

  @Test
  void knowsItsIdsByDefault() {
    assertThat(tokenizer.bos()).hasValue(1);
    assertThat(tokenizer.eos()).hasValue(2);
    assertThat(tokenizer.addsBos()).isTrue();
    assertThat(tokenizer.isEndOfGeneration(2)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(1)).isFalse();
    assertThat(tokenizer.isSpecial(1)).isTrue();
    assertThat(tokenizer.bytes(1)).isEmpty();
    assertThat(tokenizer.piece(SPACE_A)).isEqualTo("▁a");
    assertThat(tokenizer.piece(3 + 10)).isEqualTo("<0x0A>");
    assertThat(tokenizer.special("</s>")).hasValue(2);
  }

  @Test
  void readsTheProtobufAsTheMetadata() {
    Tokenizer read = TokenizerFiles.read(TinyVocabularies.sentencePieceProtobuf(), "tiny.model");
    for (String text : List.of("abc ab  c é🦙", " a", "bcbc\n")) {
      assertThat(read.encode(text)).isEqualTo(tokenizer.encode(text));
    }
  }

  @Test
  void readsMergesAndFallbackFromJson() {
    Tokenizer read =
        TokenizerFiles.read(Utf8.encode(TinyVocabularies.llamaJson()), "tokenizer.json");
    assertThat(read.encode("ab b")).containsExactly(263, 259, 261);
    assertThat(read.encode("é")).containsExactly(259, 3 + 0xC3, 3 + 0xA9);
    assertThat(read.encode("a <fn> b")).containsExactly(259, 260, 264, 259, 261);
    assertThat(read.addsBos()).isTrue();
    assertThat(read.bos()).hasValue(1);
    assertThat(read.decode(read.encode(" ab"))).isEqualTo(" ab");
  }

  @Test
  void refusesMetadataThatContradictsItself() {
    refuses("tokenizer.ggml.scores", new double[3], "scores must have a score for each of 270");
    refuses("tokenizer.ggml.token_type", new long[269], "token_type must have a type for each");
    refuses("tokenizer.ggml.model", "rwkv", "found \"rwkv\"");
    refuses("tokenizer.ggml.tokens", List.of(), "tokens is required");
  }

  @Test
  void refusesEqualPiecesAndMissingBytes() {
    Map<String, Object> keys = TinyVocabularies.sentencePieceKeys();
    @SuppressWarnings("unchecked")
    List<String> tokens =
        new ArrayList<>((List<String>) keys.getOrDefault("tokenizer.ggml.tokens", List.of()));
    tokens.set(BC, "ab");
    refuses("tokenizer.ggml.tokens", List.copyOf(tokens), "found 260 and 262 both as \"ab\"");
    tokens.set(BC, "bc");
    tokens.set(4, "<0x00>");
    refuses("tokenizer.ggml.tokens", List.copyOf(tokens), "both as byte 0x00");
    tokens.set(4, "byte");
    refuses("tokenizer.ggml.tokens", List.copyOf(tokens), "byte tokens for all 256 bytes");
  }

  private static void refuses(String key, Object value, String message) {
    Map<String, Object> keys = new HashMap<>(TinyVocabularies.sentencePieceKeys());
    keys.put(key, value);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> TokenizerFiles.from(TinyVocabularies.metadata(keys), new ModelWarnings()))
        .withMessageContaining(message);
  }
}
