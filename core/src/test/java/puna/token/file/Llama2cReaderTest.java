package puna.token.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelFormatException;
import puna.token.Tokenizer;
import puna.token.model.TinyVocabularies;

class Llama2cReaderTest {
  private static final int SIZE = 3 + 256 + 6;

  @Test
  void readsPiecesWithSpacesAndBytes() {
    Tokenizer tokenizer = Llama2cReader.read(file(), "tokenizer.bin", SIZE);
    assertThat(tokenizer.vocabularySize()).isEqualTo(SIZE);
    assertThat(tokenizer.encode("ab")).containsExactly(259 + 4);
    assertThat(tokenizer.encode("b é")).containsExactly(259 + 5, 259, 3 + 0xC3, 3 + 0xA9);
    assertThat(tokenizer.decode(new int[] {259 + 4, 3 + 0xC3, 3 + 0xA9})).isEqualTo("abé");
    assertThat(tokenizer.bos()).hasValue(1);
    assertThat(tokenizer.eos()).hasValue(2);
    assertThat(tokenizer.isSpecial(1)).isTrue();
    assertThat(tokenizer.special("</s>")).hasValue(2);
    assertThat(tokenizer.isEndOfGeneration(2)).isTrue();
  }

  @Test
  void noTextSpellsAByteOrAControlToken() {
    Tokenizer tokenizer = Llama2cReader.read(file(), "tokenizer.bin", SIZE);
    assertThat(tokenizer.encode("<0x0A>")).doesNotContain(3 + 0x0A);
    assertThat(tokenizer.encode("\n<s>\n")).doesNotContain(1);
  }

  @Test
  void refusesAnotherNumberOfPieces() {
    refuses(file(), SIZE + 1, "piece 265 must have 8 more bytes, found 0");
    refuses(file(), SIZE - 1, "piece 263 must be the last one of the model, found 10 more bytes");
    refuses(file(), 2, "must hold the 2 pieces of the model, and 3 at least");
    refuses(file(), Integer.MAX_VALUE, "must hold the 2147483647 pieces of the model");
    refuses(new byte[0], SIZE, "must hold the 265 pieces of the model, and 3 at least, found 0");
  }

  @Test
  void refusesPiecesThatCannotBe() {
    byte[] file = file();
    refuses(int32(file, 4, 0x7FC00000), SIZE, "piece 0 must have a number as its score, found NaN");
    refuses(int32(file, 8, -1), SIZE, "piece 0 must have 1 to 6 bytes, found -1");
    refuses(int32(file, 8, 7), SIZE, "piece 0 must have 1 to 6 bytes, found 7");
    refuses(int32(file, 0, 5), SIZE, "piece 2 must have 1 to 5 bytes, found 6");
    refuses(int32(file, 25, 0x21212121), SIZE, "piece 1 must be <s>, found");
    refuses(int32(file, 53, 0x21212121), SIZE, "there must be byte tokens for all 256 bytes");
  }

  @Test
  void refusesAFileThatEndsEarly() {
    byte[] whole = file();
    for (int length = 0; length < whole.length; length++) {
      refuses(Arrays.copyOf(whole, length), SIZE, "tokenizer.bin: ");
    }
  }

  @Test
  void opensRanksOfAnySizeWhereTheModelSaysWhichSpecialsFollow(@TempDir Path folder)
      throws IOException {
    Path file = Files.write(folder.resolve("tokenizer.model"), TinyVocabularies.tiktoken());
    Tokenizer llama3 = TokenizerFiles.open(file, 258 + 256);
    assertThat(llama3.vocabularySize()).isEqualTo(258 + 256);
    assertThat(llama3.bos()).hasValue(258);
    assertThat(llama3.special("<|eot_id|>")).hasValue(258 + 9);
    assertThat(TokenizerFiles.open(file, 258 + 2048).special("<|eot|>")).hasValue(258 + 8);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> TokenizerFiles.open(file, 258))
        .withMessage(
            "tokenizer.model: 258 ids of the model must be ranks and the special ids of Llama 3"
                + " (256) or Llama 4 (2048), found 258 ranks");
  }

  private static void refuses(byte[] file, int size, String finding) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> Llama2cReader.read(file, "tokenizer.bin", size))
        .withMessageStartingWith("tokenizer.bin: ")
        .withMessageContaining(finding);
  }

  private static byte[] int32(byte[] file, int place, int value) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(place, value);
    return changed;
  }

  private static byte[] file() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int32(out, 6);
    piece(out, 0, "<unk>");
    piece(out, 0, "\n<s>\n");
    piece(out, 0, "\n</s>\n");
    for (int value = 0; value < 256; value++) {
      piece(out, 0, "<0x%02X>".formatted(value));
    }
    String[] pieces = {" ", "a", "b", " a", " ab", " b"};
    for (int i = 0; i < pieces.length; i++) {
      piece(out, -i, pieces[i]);
    }
    return out.toByteArray();
  }

  private static void piece(ByteArrayOutputStream out, float score, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int32(out, Float.floatToIntBits(score));
    int32(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void int32(ByteArrayOutputStream out, int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(value >>> shift);
    }
  }
}
