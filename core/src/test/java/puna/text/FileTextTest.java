package puna.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.error.ChatTemplateException;
import puna.error.ModelFormatException;
import puna.tensor.ModelWarnings;

class FileTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "▁é😀", "\uFFFD", "a\uFFFDb\u0000"})
  void leavesUtf8Alone(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(FileText.read(bytes, 0, bytes.length)).isEqualTo(text);
    assertThat(FileText.bytes(text)).isEqualTo(bytes);
    assertThat(FileText.shown(text)).isEqualTo(text);
    assertThat(FileText.isEscaped(text)).isFalse();
  }

  @Test
  void givesBackAllBytes() {
    long seed = TestSeed.of(System.nanoTime());
    Random random = new Random(seed);
    Set<String> texts = new HashSet<>();
    Set<String> spellings = new HashSet<>();
    for (int round = 0; round < 5000; round++) {
      byte[] bytes = new byte[random.nextInt(7)];
      random.nextBytes(bytes);
      String text = FileText.read(bytes, 0, bytes.length);
      assertThat(FileText.bytes(text)).as("seed %s", seed).isEqualTo(bytes);
      texts.add(text);
      spellings.add(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    assertThat(texts).as("different bytes, seed %s", seed).hasSameSizeAs(spellings);
  }

  @Test
  void readsAPartOfAnArray() {
    byte[] bytes = {'x', (byte) 0xC3, (byte) 0xA9, (byte) 0xC3, 'y'};
    assertThat(FileText.read(bytes, 1, 3)).isEqualTo("é\uDCC3");
  }

  @Test
  void showsAReplacementForEachByte() {
    assertThat(FileText.shown("a\uDCE2\uDC96b😀")).isEqualTo("a\uFFFD\uFFFDb😀");
    assertThat(FileText.isEscaped("a\uDCE2")).isTrue();
  }

  @Test
  void writesOtherUnpairedSurrogatesAsReplacements() {
    assertThat(FileText.bytes("\uD800\uDCE9x\uD800\uDC00\uDCFF\uDBFF"))
        .isEqualTo(FileText.bytes("\uD800\uDCE9x\uD800\uDC00\uDCFF\uFFFD"));
    assertThat(FileText.bytes("\uDC00\uDCFF")).containsExactly(0xEF, 0xBF, 0xBD, 0xFF);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\n", "\r", "\u001B", "\0", "\u007F", "\u009B", "\u2028", "\u202E", "\u2066"})
  void messagesAreOneLineThatSteersNothing(String steering) {
    String name = "blk.é😀" + steering + "[31m";
    String shown = "blk.é😀?[31m";
    assertThat(FileText.line(name)).isEqualTo(shown);
    assertThat(new ModelFormatException(name)).hasMessage(shown);
    assertThat(new ChatTemplateException(name)).hasMessage(shown);
    ModelWarnings warnings = new ModelWarnings();
    warnings.add(name);
    assertThat(warnings.all()).containsExactly(shown);
  }

  @Test
  void messagesShowBytesThatAreNoTextAndEnd() {
    assertThat(FileText.line("a\uDCFFb")).isEqualTo("a\uFFFDb");
    assertThat(FileText.line("k".repeat(30_000))).isEqualTo("k".repeat(2000) + "…");
  }
}
