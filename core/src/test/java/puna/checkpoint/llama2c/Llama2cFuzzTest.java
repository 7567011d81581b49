package puna.checkpoint.llama2c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.TestSeed;
import puna.checkpoint.GoldenCheckpoint;
import puna.checkpoint.Mutations;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;

/// No bytes may make the reader of llama2.c's files raise anything but `ModelFormatException`.
class Llama2cFuzzTest {
  private static final long SEED = TestSeed.of(20260104);
  private static final int ROUNDS = Boolean.getBoolean("puna.test.thorough") ? 50_000 : 1_000;

  @ParameterizedTest
  @ValueSource(strings = {"llama2c-v0", "llama2c-v1", "llama2c-v2"})
  void readsOrRefusesMutations(String name) throws IOException {
    byte[] file = Files.readAllBytes(GoldenCheckpoint.named(name).folder().resolve("model.bin"));
    int[] edges = {48, file.length};
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutated = Mutations.mutate(file, edges, new Random(SEED + round));
      try {
        StoredBytes bytes = StoredBytes.of(MemorySegment.ofArray(mutated));
        Llama2cHeader header = Llama2cHeader.read(bytes, "fuzz.bin");
        read += Llama2cTensors.read(bytes, header, "fuzz.bin").isEmpty() ? 0 : 1;
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageStartingWith("fuzz.bin: ");
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
    }
    assertThat(read).as("files still readable, seed %s", SEED).isBetween(1, ROUNDS - 1);
  }
}
