package puna.checkpoint.llama2c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.GoldenCheckpoint;
import puna.error.ModelFormatException;
import puna.quant.BlockFormats;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

class Llama2cCheckpointTest {
  private static final int VOCABULARY = 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama2c-v0", "llama2c-v1", "llama2c-v2"})
  void recognisesTheFileAndItsFolder(String name) {
    Path golden = GoldenCheckpoint.named(name).folder();
    for (Path path : new Path[] {golden, golden.resolve("model.bin")}) {
      assertThat(Llama2cCheckpoint.recognises(path)).isTrue();
      assertThat(Llama2cCheckpoint.tokenizer(path)).contains(golden.resolve("tokenizer.bin"));
    }
    assertThat(Llama2cCheckpoint.recognises(golden.resolve("tokenizer.bin"))).isFalse();
  }

  @Test
  void recognisesNoFolderWithNoneOrTwo() throws IOException {
    assertThat(Llama2cCheckpoint.recognises(folder)).isFalse();
    Files.write(folder.resolve("pytorch_model.bin"), new byte[100]);
    assertThat(Llama2cCheckpoint.recognises(folder)).isFalse();
    Files.write(folder.resolve("a.bin"), golden("llama2c-v0"));
    assertThat(Llama2cCheckpoint.recognises(folder)).isTrue();
    Files.write(folder.resolve("b.bin"), golden("llama2c-v1"));
    assertThat(Llama2cCheckpoint.recognises(folder)).isFalse();
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> Llama2cCheckpoint.open(folder))
        .withMessageContaining("must hold exactly one file of llama2.c, found 2");
  }

  @Test
  void bytesStayBytesWhereGroupsEndWithRows() {
    try (Checkpoint checkpoint =
        Llama2cCheckpoint.open(GoldenCheckpoint.named("llama2c-v2").folder())) {
      Tensor query = checkpoint.find("blk.0.attn_q.weight").orElseThrow();
      assertThat(query.type()).isEqualTo(TensorType.I8);
      assertThat(query.scales().orElseThrow().blockColumns()).isEqualTo(32);
      // Groups of 32 go on in the next of these rows of 80.
      assertThat(checkpoint.find("blk.0.ffn_down.weight").orElseThrow().type())
          .isEqualTo(TensorType.F32);
    }
  }

  @Test
  void tellsGgufsKeys() {
    try (Checkpoint checkpoint =
        Llama2cCheckpoint.open(GoldenCheckpoint.named("llama2c-v1").folder())) {
      assertThat(checkpoint.metadata().values())
          .containsEntry("general.name", "model")
          .containsEntry("llama.vocab_size", 512L)
          .containsEntry("llama.context_length", 256L)
          .containsEntry("llama.feed_forward_length", 80L)
          .containsEntry("llama.attention.head_count_kv", 2L)
          .containsEntry("llama.rope.freq_base", 10000.0);
      assertThat(checkpoint.tensors()).hasSize(30);
    }
  }

  @Test
  void aNegativeVocabularySaysThatTheOutputIsBehindTheTables() throws IOException {
    byte[] tied = golden("llama2c-v0");
    int outputBytes = 512 * 32 * 4;
    byte[] separate = Arrays.copyOf(tied, tied.length + outputBytes);
    int32(separate, VOCABULARY, -512);
    Arrays.fill(separate, tied.length, separate.length, (byte) 0x3F);
    Path file = Files.write(folder.resolve("x.bin"), separate);
    assertThat(Llama2cCheckpoint.recognises(file)).isTrue();
    try (Checkpoint checkpoint = Llama2cCheckpoint.open(file)) {
      Tensor output = checkpoint.find("output.weight").orElseThrow();
      assertThat(output.content().toArray()).hasSize(outputBytes).containsOnly(0x3F);
      assertThat(checkpoint.metadata().requireInteger("llama.vocab_size")).isEqualTo(512);
    }
  }

  @Test
  void aGroupOfZerosIsZeroWhateverItsScale() throws IOException {
    byte[] file = golden("llama2c-v2");
    int embedding = 256 + 7 * 32 * 4;
    Arrays.fill(file, embedding, embedding + 32, (byte) 0);
    int32(file, embedding + 512 * 32, 0x7FC00000);
    Path path = Files.write(folder.resolve("x.bin"), file);
    try (Checkpoint checkpoint = Llama2cCheckpoint.open(path)) {
      float[] values = BlockFormats.floats(checkpoint.find("token_embd.weight").orElseThrow());
      assertThat(Arrays.copyOf(values, 32)).containsOnly(0f);
      assertThat(values[32]).isNotZero().isFinite();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, the width must be 1 to 16777216, found 0",
    "4, -80, 'the feed-forward width must be 1 to 16777216, found -80'",
    "8, 5000, the number of layers must be 1 to 4096",
    "12, 5, heads must divide the width into even sizes",
    "12, 32, heads must divide the width into even sizes",
    "16, 3, 'and KV heads the heads, found 32, 4 and 3'",
    "20, 0, the vocabulary must be 1 to 16777216",
    "24, -1, the context must be 1 to 16777216",
    "24, 257, 'size: must be the 203708 bytes that the header''s sizes make in version 0, found'"
  })
  void refusesAHeaderThatCannotBe(int place, int value, String finding) throws IOException {
    byte[] file = golden("llama2c-v0");
    int32(file, place, value);
    refuses(file, finding);
    assertThat(Llama2cCheckpoint.recognises(folder.resolve("x.bin"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "4, 3, 'header: the version must be 1 or 2, found 3'",
    "28, -512, 'must be 0 or 1 and the vocabulary positive, found 1 and -512'",
    "36, 2, 'must be 0 or 1 and the vocabulary positive, found 2 and 512'",
    "37, 0, 'the group must be 1 or more, found 0'",
    "37, 31, 'the group must divide the width 32, found 31'",
    "37, 16, 'size: must be the 61952 bytes that the header''s sizes make in version 2, found'"
  })
  void refusesAMarkedHeaderThatCannotBe(int place, int value, String finding) throws IOException {
    byte[] file = golden("llama2c-v2");
    if (place == 36) {
      file[place] = (byte) value;
    } else {
      int32(file, place, value);
    }
    refuses(file, finding);
  }

  @Test
  void refusesAFileOfAnotherLength() throws IOException {
    for (String name : new String[] {"llama2c-v0", "llama2c-v1", "llama2c-v2"}) {
      byte[] file = golden(name);
      refuses(Arrays.copyOf(file, file.length - 1), "x.bin: size: must be the ");
      refuses(Arrays.copyOf(file, file.length + 1), "x.bin: size: must be the ");
      refuses(Arrays.copyOf(file, 20), "x.bin: header: must have 28 bytes, found 20");
    }
    byte[] huge = golden("llama2c-v1");
    for (int place : new int[] {8, 12, 28}) {
      int32(huge, place, 1 << 24);
    }
    int32(huge, 16, 4096);
    refuses(huge, "must be the more than 2^63 bytes");
  }

  private void refuses(byte[] file, String finding) throws IOException {
    Path path = Files.write(folder.resolve("x.bin"), file);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> Llama2cCheckpoint.open(path))
        .withMessageStartingWith("x.bin: ")
        .withMessageContaining(finding);
  }

  private static byte[] golden(String name) throws IOException {
    return Files.readAllBytes(GoldenCheckpoint.named(name).folder().resolve("model.bin"));
  }

  private static void int32(byte[] file, int place, int value) {
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(place, value);
  }
}
