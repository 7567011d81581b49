package puna.token.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import puna.TestSeed;

/// The hand-written scanners against the regular expressions that they stand for.
class PieceScannerTest {
  private static final String TAIL = "|\\s+(?!\\S)|\\s+";
  private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+" + TAIL;
  private static final String LLAMA3 =
      CONTRACTION
          + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+"
          + TAIL;
  private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
  private static final String PREFIX = "[^\\r\\n\\p{L}\\p{N}]?";
  private static final String LLAMA4 =
      (PREFIX + UPPER + "*" + LOWER + "+" + CONTRACTION + "?")
          + ("|" + PREFIX + UPPER + "+" + LOWER + "*" + CONTRACTION + "?")
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+"
          + TAIL;

  private static final List<String> UNITS =
      List.of(
          "a",
          "b",
          "Z",
          "ǅ",
          "ʰ",
          "中",
          "é",
          "e\u0301",
          "\u20DD",
          "ſ",
          "ß",
          "1",
          "23",
          "½",
          "Ⅻ",
          "'s",
          "'S",
          "'T",
          "'re",
          "'LL",
          "'ſ",
          "'",
          " ",
          "  ",
          "\t",
          "\n",
          "\r\n",
          "\u00A0",
          "\u0085",
          "\u2003",
          "\u3000",
          "\u200B",
          "\u001C",
          "/",
          ".",
          "!?",
          "🦙",
          "\uD801\uDC00",
          "\uD801\uDC28",
          "_",
          "HTTP",
          "don't");

  @Test
  void cutsAsTheExpressionOfGpt2() {
    compare(PreTokenizer.GPT2, text -> find(GPT2, text));
  }

  @Test
  void cutsAsTheExpressionOfLlama3() {
    compare(PreTokenizer.LLAMA3, text -> find(LLAMA3, text));
  }

  @Test
  void cutsAsTheExpressionOfLlama4() {
    compare(PreTokenizer.LLAMA4, text -> find(LLAMA4, text));
  }

  @Test
  void cutsAtEveryNumberBeforeTheExpressionForSmolLm() {
    compare(
        PreTokenizer.SMOLLM,
        text ->
            find("\\p{N}|\\P{N}+", text).stream()
                .flatMap(fragment -> find(GPT2, fragment).stream())
                .toList());
  }

  @Test
  void cutsByFourExpressionsInTurnForTheDefault() {
    compare(
        PreTokenizer.DEFAULT,
        text -> {
          List<String> pieces = List.of(text);
          for (String regex :
              List.of("[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+", "[0-9][0-9][0-9]")) {
            pieces = pieces.stream().flatMap(piece -> split(regex, piece).stream()).toList();
          }
          return pieces;
        });
  }

  @Test
  void knowsTheNamesAndTheExpressionsOfFiles() {
    assertThat(PreTokenizer.ruled(LLAMA3)).contains(PreTokenizer.LLAMA3);
    assertThat(PreTokenizer.ruled(LLAMA4)).contains(PreTokenizer.LLAMA4);
    assertThat(PreTokenizer.ruled("\\w+")).isEmpty();
    for (String name : PreTokenizer.knownNames().split(", ")) {
      assertThat(PreTokenizer.named(name)).as(name).isPresent();
    }
    for (String name : List.of("bert", "tekken", "qwen2", "deepseek-llm", "viking", "")) {
      assertThat(PreTokenizer.named(name)).as(name).isEmpty();
    }
    assertThat(PreTokenizer.named("smaug-bpe"))
        .hasValueSatisfying(rule -> {
          assertThat(rule.ignoresMerges()).isFalse();
          assertThat(rule.addsBosByDefault()).isFalse();
        });
  }

  private interface Oracle {
    List<String> cut(String text);
  }

  private static void compare(PreTokenizer preTokenizer, Oracle oracle) {
    long seed = TestSeed.of(20_260_707);
    Random random = new Random(seed);
    for (int i = 0; i < 8000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = 1 + random.nextInt(12); k > 0; k--) {
        text.append(UNITS.get(random.nextInt(UNITS.size())));
      }
      assertThat(scan(preTokenizer.scanner(), text.toString()))
          .as("seed %s, text %d: \"%s\"", seed, i, text)
          .isEqualTo(oracle.cut(text.toString()));
    }
  }

  private static List<String> scan(PieceScanner scanner, String text) {
    byte[] utf8 = Utf8.encode(text);
    List<String> pieces = new ArrayList<>();
    for (int at = 0; at < utf8.length; ) {
      int end = scanner.next(utf8, at, utf8.length);
      pieces.add(new String(utf8, at, end - at, StandardCharsets.UTF_8));
      at = end;
    }
    return pieces;
  }

  /// What matches, and what lies between.
  private static List<String> split(String regex, String text) {
    Matcher matcher = Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS).matcher(text);
    List<String> pieces = new ArrayList<>();
    int at = 0;
    while (matcher.find()) {
      pieces.add(text.substring(at, matcher.start()));
      pieces.add(matcher.group());
      at = matcher.end();
    }
    pieces.add(text.substring(at));
    return pieces.stream().filter(piece -> !piece.isEmpty()).toList();
  }

  private static List<String> find(String regex, String text) {
    Matcher matcher =
        Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE)
            .matcher(text);
    List<String> pieces = new ArrayList<>();
    while (matcher.find()) {
      pieces.add(matcher.group());
    }
    return pieces;
  }
}
