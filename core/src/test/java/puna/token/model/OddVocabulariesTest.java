package puna.token.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelFormatException;
import puna.tensor.ModelWarnings;
import puna.text.FileText;
import puna.token.PromptPart;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Vocabularies that break a rule of their keys: read with a warning where no text depends on it,
/// refused by name where all of it does.
class OddVocabulariesTest {
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String TYPES = "tokenizer.ggml.token_type";
  private static final String SCORES = "tokenizer.ggml.scores";
  private static final String MERGES = "tokenizer.ggml.merges";
  private static final int ABC = 263;

  private final Map<String, Object> pieces = TinyVocabularies.sentencePieceKeys();
  private final Map<String, Object> bytes = TinyVocabularies.bytePairKeys();

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "default"})
  void byteLevelVocabulariesNeedTheKeyOfTheirMerges(String pre) {
    bytes.put("tokenizer.ggml.pre", pre);
    bytes.remove(MERGES);

    refuses(bytes, MERGES);
  }

  @Test
  void anEmptyListOfMergesIsRightForSingleBytes() {
    bytes.put(MERGES, List.of());

    assertThat(readSilently(bytes).encode("ab")).containsExactly('a', 'b');
  }

  @Test
  void sentencePiecesUnderGpt2AreRefused() {
    pieces.put("tokenizer.ggml.model", "gpt2");
    refuses(pieces, "tokenizer.ggml.model");

    pieces.put("tokenizer.ggml.pre", "gpt-2");
    pieces.put(MERGES, List.of());
    refuses(pieces, "tokenizer.ggml.model");
  }

  @Test
  void byteLevelPiecesUnderLlamaAreRefused() {
    bytes.put("tokenizer.ggml.model", "llama");
    bytes.put(SCORES, new double[tokens(bytes).size()]);

    refuses(bytes, "tokenizer.ggml.model");

    setType(bytes, 262, 2);
    refuses(bytes, "tokenizer.ggml.model");
  }

  @ParameterizedTest
  @CsvSource({
    "bos_token_id, 270",
    "bos_token_id, 4294967294",
    "eos_token_id, 270",
    "eos_token_id, -7",
    "eot_token_id, 32000",
    "eom_token_id, 270",
    "unknown_token_id, 5000"
  })
  void idsOutsideTheVocabularyCountAsAbsent(String key, long id) {
    pieces.put("tokenizer.ggml." + key, id);

    Tokenizer tokenizer = readWarning(pieces, key + " must be in 0..269, found " + id);

    assertThat(tokenizer.bos()).hasValue(1);
    assertThat(tokenizer.eos()).hasValue(2);
    assertThat(IntStream.range(0, 270).filter(tokenizer::isEndOfGeneration)).containsExactly(2);
  }

  @Test
  void byteLevelVocabulariesHaveNoUsualIds() {
    bytes.put("tokenizer.ggml.eos_token_id", 128_009L);
    bytes.put("tokenizer.ggml.bos_token_id", (long) tokens(bytes).size());
    bytes.put("tokenizer.ggml.add_bos_token", true);

    Tokenizer tokenizer = readWarning(bytes, "bos_token_id must be in 0..262, found 263");

    assertThat(tokenizer.eos()).isEmpty();
    assertThat(tokenizer.bos()).isEmpty();
    assertThat(tokenizer.framed(new int[] {97})).containsExactly(97);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 4_294_967_295L})
  void theUsualNumbersForNoneAreSilent(long id) {
    bytes.put("tokenizer.ggml.eos_token_id", id);

    assertThat(readSilently(bytes).eos()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, -1, 999})
  void typesThatNobodyDefinedMakeATokenThatTextNeverMakes(long type) {
    setType(pieces, ABC, type);
    Tokenizer tokenizer = readWarning(pieces, "token_type must be 1..6, found " + type);
    assertThat(tokenizer.encode("abc")).doesNotContain(ABC);
    assertThat(tokenizer.decode(new int[] {ABC})).isEqualTo("abc");

    setType(bytes, 258, type);
    Tokenizer byteLevel = readWarning(bytes, "token_type must be 1..6, found " + type);
    assertThat(byteLevel.encode("abc")).containsExactly(256, 'c');
  }

  @Test
  void aByteKeepsItsMeaningUnderATypeThatNobodyDefined() {
    setType(pieces, 3 + '\n', 0);

    assertThat(readWarning(pieces, "token_type").encode("\n")).endsWith(3 + '\n');
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aByteKeepsItsMeaningUnderTheTypeOfAnotherKind(long type) {
    setType(pieces, 3 + '\n', type);
    Tokenizer tokenizer =
        readWarning(pieces, "token_type must be 6 for <0x0A>, token 13, found " + type);
    assertThat(tokenizer.encode("\n")).endsWith(3 + '\n');
    assertThat(tokenizer.decode(new int[] {3 + '\n'})).isEqualTo("\n");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2, 5, 6, 7})
  void aByteOfAByteLevelVocabularyIsNeverLost(long type) {
    setType(bytes, 'd', type);
    Tokenizer tokenizer = readWarning(bytes, "token_type must be 1 for \"d\", token 100, found");
    assertThat(tokenizer.encode("abd")).containsExactly(256, 'd');
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7})
  void typesThatAllMeanNothingCountAsNone(long type) {
    int[] ids = TinyVocabularies.sentencePiece().encode("abc ab\n");
    long[] nothing = types(pieces);
    Arrays.fill(nothing, type);
    pieces.put(TYPES, nothing);
    Tokenizer tokenizer = readWarning(pieces, "token_type must name normal tokens, found " + type);
    assertThat(tokenizer.encode("abc ab\n")).isEqualTo(ids);
    assertThat(tokenizer.isSpecial(1)).isTrue();

    nothing = types(bytes);
    Arrays.fill(nothing, type);
    bytes.put(TYPES, nothing);
    assertThat(readWarning(bytes, "token_type must name normal").encode("abc a"))
        .isEqualTo(TinyVocabularies.bytePair().encode("abc a"));
  }

  @Test
  void anEmptyPreTokenizerCountsAsMissing() {
    bytes.put("tokenizer.ggml.pre", "");

    assertThat(readWarning(bytes, "tokenizer.ggml.pre is missing").encode("abc a"))
        .isEqualTo(TinyVocabularies.bytePair().encode("abc a"));
  }

  @Test
  void theTypeOfBytesOnAnotherTokenMakesNoByte() {
    setType(pieces, ABC, 6);

    assertThat(
            readWarning(
                    pieces,
                    "token_type 6 must stand at bytes alone, found it for \"abc\", token 263")
                .encode("abc"))
        .doesNotContain(ABC);
  }

  @Test
  void entriesBeyondTheVocabularyAreIgnored() {
    int[] ids = TinyVocabularies.sentencePiece().encode("abc ab");
    pieces.put(TYPES, Arrays.copyOf(types(pieces), 273));
    assertThat(readWarning(pieces, "token_type must have a type").encode("abc ab")).isEqualTo(ids);

    Map<String, Object> more = TinyVocabularies.sentencePieceKeys();
    double[] scores = Arrays.copyOf((double[]) more.getOrDefault(SCORES, new double[0]), 271);
    scores[270] = Double.NaN;
    more.put(SCORES, scores);
    assertThat(readWarning(more, "scores must have a score").encode("abc ab")).isEqualTo(ids);
  }

  @Test
  void scoresMayBeIntegers() {
    int[] ids = TinyVocabularies.sentencePiece().encode("abc ab");
    long[] scores = new long[270];
    for (int id = 259; id < scores.length; id++) {
      scores[id] = 259L - id;
    }
    pieces.put(SCORES, scores);

    assertThat(readSilently(pieces).encode("abc ab")).isEqualTo(ids);
  }

  @Test
  void scoresThatAreNoNumbersAreRefused() {
    double[] scores = new double[270];
    scores[3] = Double.NaN;
    pieces.put(SCORES, scores);

    refuses(pieces, "NaN at 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"q zz", "ab q", "nospace", "", " ", "a ", " a", "a 🦙", "a b c", "<fn> <|"})
  void mergesThatCanNeverApplyAreLeftOut(String line) {
    bytes.put(MERGES, List.of("a b", line, "Ġ a", "ab c", "c ab"));

    Tokenizer tokenizer = readWarning(bytes, "found 1 of 5 lines without, the first \"" + line);

    assertThat(tokenizer.encode("abc cab a"))
        .isEqualTo(TinyVocabularies.bytePair().encode("abc cab a"));
  }

  @Test
  void aTokenLongerThanTextIsSearchedForIsKeptAndNeverMade() {
    String text = "b".repeat(3000);
    tokens(pieces).set(ABC, text);
    Tokenizer tokenizer =
        readWarning(pieces, "tokens should have at most 1024 bytes each, found 3000 in token 263");
    assertThat(tokenizer.encode(text)).doesNotContain(ABC);
    assertThat(tokenizer.decode(new int[] {ABC})).isEqualTo(text);

    tokens(bytes).set(258, "Ġ".repeat(3000));
    Tokenizer byteLevel = readWarning(bytes, "at most 1024 bytes each, found 3000 in token 258");
    assertThat(byteLevel.decode(new int[] {258})).isEqualTo(" ".repeat(3000));
  }

  @Test
  void tokensOfReplacedBytesMayLookAlike() {
    tokens(pieces).set(ABC, "\uFFFD");
    tokens(pieces).set(ABC + 5, "\uFFFD");
    assertThat(readSilently(pieces).encode("ab")).isNotEmpty();

    tokens(bytes).set(257, "\uFFFD");
    tokens(bytes).set(258, "\uFFFD");
    setType(bytes, 257, 3);
    setType(bytes, 258, 4);
    bytes.put(MERGES, List.of("a b"));
    assertThat(readSilently(bytes).encode("ab")).containsExactly(256);
  }

  @Test
  void tokensThatAreNoTextMayLookAlike() {
    String one = FileText.read(new byte[] {(byte) 0xFE}, 0, 1);
    String other = FileText.read(new byte[] {(byte) 0xFF}, 0, 1);
    tokens(pieces).set(ABC, one);
    tokens(pieces).set(ABC + 5, other);
    assertThat(readSilently(pieces).encode("ab")).isNotEmpty();

    tokens(bytes).set(257, one);
    tokens(bytes).set(258, other);
    setType(bytes, 257, 3);
    setType(bytes, 258, 4);
    bytes.put(MERGES, List.of("a b"));
    assertThat(readSilently(bytes).encode("ab")).containsExactly(256);
  }

  @Test
  void theDefaultCutsPunctuationOffAndAddsNoBos() {
    bytes.put("tokenizer.ggml.pre", "default");
    tokens(bytes).set(257, "Ġ!");
    bytes.put(MERGES, List.of("a b", "Ġ !"));

    Tokenizer tokenizer = readSilently(bytes);

    assertThat(tokenizer.encode("ab !")).containsExactly(256, ' ', '!');
    assertThat(tokenizer.addsBos()).isFalse();
  }

  @Test
  void aRawTextEndsWithEosWhereTheFileAsks() {
    for (Map<String, Object> keys : List.of(pieces, bytes)) {
      keys.put("tokenizer.ggml.eos_token_id", 2L);
      assertThat(readSilently(keys).addsEos()).isFalse();
      keys.put("tokenizer.ggml.add_eos_token", true);
      Tokenizer tokenizer = readSilently(keys);
      assertThat(tokenizer.addsEos()).isTrue();
      assertThat(tokenizer.framed(new int[] {97})).endsWith(97, 2);
      assertThat(tokenizer.encode("ab")).doesNotContain(2);
      assertThat(tokenizer.encode(List.of(new PromptPart.Text("ab")))).doesNotContain(2);
    }
  }

  @Test
  void wantsOfEndsThatCannotBeMetAreTold() {
    bytes.put("tokenizer.ggml.add_eos_token", true);
    assertThat(readWarning(bytes, "add_eos_token").addsEos()).isFalse();

    pieces.put("tokenizer.ggml.add_sep_token", true);
    readWarning(pieces, "add_sep_token");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4, 5})
  void bosAndMarksAreFoundByTheirTextWhateverTheirType(long type) {
    setType(pieces, 1, type);
    assertThat(read(pieces, new ModelWarnings()).special("<s>")).hasValue(1);

    setType(bytes, 260, type);
    Tokenizer tokenizer = read(bytes, new ModelWarnings());
    assertThat(tokenizer.special("<|im_start|>")).hasValue(260);
    assertThat(tokenizer.markTexts()).contains("<|im_start|>", "<fn>").doesNotContain("ab");
  }

  @Test
  void bosIsTheTokenOfItsId() {
    tokens(pieces).set(ABC, "<s>");
    setType(pieces, ABC, 5);
    pieces.put("tokenizer.ggml.bos_token_id", (long) ABC);

    assertThat(readSilently(pieces).special("<s>")).hasValue(ABC);
    assertThat(readSilently(TinyVocabularies.sentencePieceKeys()).special("abc"))
        .isEqualTo(OptionalInt.empty());
  }

  @Test
  void anUnknownTokenIsTextInRawText() {
    setType(bytes, 262, 2);

    assertThat(readSilently(bytes).encode("<fn>")).containsExactly('<', 'f', 'n', '>');
  }

  private static Tokenizer readSilently(Map<String, Object> keys) {
    ModelWarnings warnings = new ModelWarnings();
    Tokenizer tokenizer = read(keys, warnings);
    assertThat(warnings.all()).isEmpty();
    return tokenizer;
  }

  private static Tokenizer readWarning(Map<String, Object> keys, String... parts) {
    ModelWarnings warnings = new ModelWarnings();
    Tokenizer tokenizer = read(keys, warnings);
    assertThat(String.join("; ", warnings.all())).contains(parts);
    return tokenizer;
  }

  private static Tokenizer read(Map<String, Object> keys, ModelWarnings warnings) {
    return TokenizerFiles.from(TinyVocabularies.metadata(new HashMap<>(keys)), warnings);
  }

  private static void refuses(Map<String, Object> keys, String message) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> read(keys, new ModelWarnings()))
        .withMessageContaining(message);
  }

  /// The tokens, to be changed.
  @SuppressWarnings("unchecked")
  private static List<String> tokens(Map<String, Object> keys) {
    List<String> tokens = new ArrayList<>((List<String>) keys.getOrDefault(TOKENS, List.of()));
    keys.put(TOKENS, tokens);
    return tokens;
  }

  private static long[] types(Map<String, Object> keys) {
    return ((long[]) keys.getOrDefault(TYPES, new long[0])).clone();
  }

  private static void setType(Map<String, Object> keys, int id, long type) {
    long[] types = types(keys);
    types[id] = type;
    keys.put(TYPES, types);
  }
}
