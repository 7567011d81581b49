package puna.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.TestSeed;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;
import puna.tensor.TensorType;

class BigEndianTest {
  @Test
  void readsWhatTheLittleEndianFileHolds() {
    try (GgufFile little = GgufFile.open(fixture("hf-llama2-f16.gguf"));
        GgufFile big = GgufFile.open(fixture("hf-llama2-f16.big-endian.gguf"))) {
      assertSame(little, big);
    }
  }

  @Test
  void readsTheSameFromMappedFiles() {
    try (GgufFile little = GgufFile.open(fixture("hf-llama2-f16.gguf"));
        GgufFile big = GgufFile.open(fixture("hf-llama2-f16.big-endian.gguf"))) {
      big.map();
      assertSame(little, big);
      assertThat(big.tensors().values())
          .allMatch(tensor -> tensor.content().memory().isEmpty(), "must not be read as it lies");
    }
  }

  private static void assertSame(GgufFile little, GgufFile big) {
    assertThat(big.version()).isEqualTo(3);
    assertThat(big.metadata().values())
        .usingRecursiveComparison()
        .isEqualTo(little.metadata().values());
    assertThat(big.tensors().sequencedKeySet())
        .containsExactlyElementsOf(little.tensors().sequencedKeySet());
    little
        .tensors()
        .forEach((name, tensor) -> {
          assertThat(big.find(name).orElseThrow().shape()).isEqualTo(tensor.shape());
          assertThat(big.find(name).orElseThrow().content().toArray())
              .as(name)
              .isEqualTo(tensor.content().toArray());
        });
  }

  /// Types, and where their fields of several bytes lie, `offset:bytes`, by ggml's structures.
  @ParameterizedTest
  @CsvSource({
    "F32 I32, 0:4",
    "F64 I64, 0:8",
    "F16 BF16 I16 Q4_0 Q8_0 IQ4_NL, 0:2",
    "I8 MXFP4, ''",
    "Q4_1 Q4_K Q5_K IQ4_XS, 0:2 2:2",
    "Q5_0, 0:2 2:4",
    "Q5_1, 0:2 2:2 4:4",
    "Q2_K, 80:2 82:2",
    "Q3_K, 108:2",
    "Q6_K, 208:2",
    "TQ1_0, 52:2",
    "TQ2_0, 64:2"
  })
  void turnsTheFieldsOfBlocksRound(String types, String fields) {
    for (String type : types.split(" ", -1)) {
      assertTurned(TensorType.valueOf(type), fields);
    }
  }

  private static void assertTurned(TensorType type, String fields) {
    int block = type.blockBytes();
    byte[] stored = new byte[700 * block];
    TestSeed.random(7).nextBytes(stored);
    byte[] expected = stored.clone();
    for (String field : fields.split(" ", -1)) {
      if (!field.isEmpty()) {
        String[] parts = field.split(":", -1);
        turn(expected, block, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
      }
    }
    StoredBytes content =
        BigEndianBytes.turned(
            StoredBytes.of(MemorySegment.ofArray(stored)), BlockFields.of(type).orElseThrow());
    assertThat(content.toArray()).as(type.name()).isEqualTo(expected);
    assertParts(content, expected);
    assertParts(
        content.slice(block + 1, 3L * block),
        Arrays.copyOfRange(expected, block + 1, 4 * block + 1));
  }

  private static void assertParts(StoredBytes content, byte[] expected) {
    Random random = TestSeed.random(8);
    for (int round = 0; round < 20; round++) {
      int from = random.nextInt(expected.length);
      byte[] part = new byte[random.nextInt(expected.length - from + 1)];
      content.read(from, MemorySegment.ofArray(part));
      assertThat(part).isEqualTo(Arrays.copyOfRange(expected, from, from + part.length));
    }
  }

  private static void turn(byte[] bytes, int block, int offset, int size) {
    for (int at = offset; at < bytes.length; at += block) {
      for (int i = 0; i < size / 2; i++) {
        byte kept = bytes[at + i];
        bytes[at + i] = bytes[at + size - 1 - i];
        bytes[at + size - 1 - i] = kept;
      }
    }
  }

  @Test
  void refusesTypesThatHaveNoSuchFiles() {
    assertThat(Arrays.stream(TensorType.values()).filter(type -> BlockFields.of(type).isEmpty()))
        .contains(TensorType.IQ2_XXS, TensorType.IQ1_M);
    LittleEndianBytes bytes = new LittleEndianBytes();
    bytes.int32(GgufReader.MAGIC);
    big(bytes, 3, 4);
    big(bytes, 1, 8);
    big(bytes, 0, 8);
    big(bytes, 1, 8);
    bytes.integer('a', 1);
    big(bytes, 1, 4);
    big(bytes, 256, 8);
    big(bytes, TensorType.IQ2_XXS.id(), 4);
    big(bytes, 0, 8);
    byte[] file = Arrays.copyOf(bytes.toArray(), 192);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() ->
            GgufReader.read(
                StoredBytes.of(MemorySegment.ofArray(file)), "big.gguf", new MemoryBudget()))
        .withMessage(
            "big.gguf: a: tensors of a big-endian file must be of a type that has such files,"
                + " found IQ2_XXS");
  }

  private static void big(LittleEndianBytes bytes, long value, int size) {
    bytes.integer(Long.reverseBytes(value) >>> (64 - 8 * size), size);
  }

  static Path fixture(String name) {
    try {
      return Path.of(BigEndianTest.class.getResource("/puna/formats/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
