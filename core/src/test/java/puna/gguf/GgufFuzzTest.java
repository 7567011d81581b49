package puna.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.TestSeed;
import puna.checkpoint.Mutations;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;
import puna.tensor.Tensor;

/// No bytes may make the reader raise anything but `ModelFormatException`.
class GgufFuzzTest {
  private static final long SEED = TestSeed.of(20260101);
  private static final byte[] SPECIAL = {0, 1, 2, 3, 7, 8, 9, 12, 13, 31, 32, 127, -128, -2, -1};

  @FuzzTest
  void readsOrRefusesAnyBytes(byte[] bytes) {
    readOrRefuse(bytes);
  }

  @Test
  void readsOrRefusesMutationsOfASmallFile() {
    byte[] original = TinyGguf.bytes();
    int read = 0;
    int rounds = 20_000;
    for (int round = 0; round < rounds; round++) {
      byte[] mutated = Mutations.mutate(original, SPECIAL, new Random(SEED + round));
      try {
        read += readOrRefuse(mutated) ? 1 : 0;
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
    }
    // Neither always nor never: the mutations reach past the header and break something.
    assertThat(read).as("files still readable, seed %s", SEED).isBetween(1, rounds - 1);
  }

  @Test
  void opensOrRefusesMutatedFiles(@TempDir Path folder) throws IOException {
    byte[] original = TinyGguf.bytes();
    Path file = folder.resolve("mutated.gguf");
    for (int round = 0; round < 500; round++) {
      Files.write(file, Mutations.mutate(original, SPECIAL, new Random(SEED + round)));
      try (GgufFile gguf = GgufFile.open(file)) {
        gguf.tensors().values().forEach(GgufFuzzTest::touch);
      } catch (ModelFormatException e) {
        assertThat(e).as("seed %s", SEED + round).hasMessageStartingWith("mutated.gguf: ");
      }
    }
  }

  @Test
  void readsOrRefusesMutationsOfABigEndianFile() throws IOException {
    byte[] original = Files.readAllBytes(BigEndianTest.fixture("hf-llama2-f16.big-endian.gguf"));
    for (int round = 0; round < 1000; round++) {
      try {
        readOrRefuse(Mutations.mutate(original, SPECIAL, new Random(SEED + round)));
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
    }
  }

  private static boolean readOrRefuse(byte[] bytes) {
    try {
      MemorySegment segment = MemorySegment.ofArray(bytes);
      GgufReader.read(StoredBytes.of(segment), "fuzz.gguf", new MemoryBudget())
          .tensors()
          .forEach(tensor -> touch(tensor));
      return true;
    } catch (ModelFormatException e) {
      assertThat(e).hasMessageStartingWith("fuzz.gguf: ").hasMessageNotContaining("\n");
      return false;
    }
  }

  private static void touch(Tensor tensor) {
    byte[] bytes = tensor.content().toArray();
    int sum = bytes[0] + bytes[bytes.length - 1];
    assertThat(sum).isBetween(-256, 254);
  }
}
