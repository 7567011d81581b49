package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.tensor.Metadata;
import puna.token.Tokenizer;

class InfillMarksTest {
  private final Tokenizer tokenizer = TinyTokenizer.create(true);

  @ParameterizedTest
  @CsvSource({"fim_pre, fim_suf, fim_mid", "prefix, suffix, middle"})
  void marksStandAroundTheTexts(String prefix, String suffix, String middle) {
    InfillMarks marks =
        InfillMarks.find(
                new Metadata("test", Map.of(key(prefix), 61L, key(suffix), 62L, key(middle), 63L)),
                tokenizer)
            .orElseThrow();

    int[] before = tokenizer.encode("AB");
    int[] after = tokenizer.encode("CD");
    assertThat(after[0]).as("the space before a text").isEqualTo(3);
    int[] running = IntStream.of(after).skip(1).toArray();
    int[] expected = concat(new int[] {1, 61}, before, new int[] {62}, running, new int[] {63});
    assertThat(marks.prompt(tokenizer, "AB", "CD")).containsExactly(expected);
    assertThat(marks.prompt(tokenizer, "AB", "")).endsWith(62, 63);
  }

  @Test
  void oneThatIsMissingMakesNone() {
    assertThat(
            InfillMarks.find(
                new Metadata("test", Map.of(key("fim_pre"), 61L, key("fim_suf"), 62L)), tokenizer))
        .isEmpty();
    assertThat(
            InfillMarks.find(
                new Metadata(
                    "test", Map.of(key("fim_pre"), 61L, key("fim_suf"), 62L, key("fim_mid"), 99L)),
                tokenizer))
        .isEmpty();
  }

  private static String key(String name) {
    return "tokenizer.ggml." + name + "_token_id";
  }

  private static int[] concat(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }
}
