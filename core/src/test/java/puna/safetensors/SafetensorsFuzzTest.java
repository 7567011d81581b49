package puna.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.checkpoint.Mutations;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;

/// No bytes may make the reader raise anything but `ModelFormatException`.
class SafetensorsFuzzTest {
  private static final long SEED = TestSeed.of(20261130);
  private static final int ROUNDS = 100_000;

  // What mutations put in: JSON's own characters, digits and borders of bytes.
  private static final byte[] SPECIAL =
      "{}[]\",:0912-eE.\0\u0001\n\u007f".getBytes(StandardCharsets.UTF_8);

  @FuzzTest
  void readsOrRefusesAnyBytes(byte[] bytes) {
    readOrRefuse(bytes);
  }

  @Test
  void readsOrRefusesMutationsOfASmallFile() {
    byte[] original =
        SafetensorsReaderTest.file(
            """
            {"__metadata__":{"format":"pt"},"w":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},
            "v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"z":{"dtype":"F8_E4M3","shape":[],
            "data_offsets":[16,17]}}\
            """,
            17);
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutated = Mutations.mutate(original, SPECIAL, new Random(SEED + round));
      try {
        read += readOrRefuse(mutated) ? 1 : 0;
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
    }
    // Neither always nor never: the mutations reach past the header and break something.
    assertThat(read).as("files still readable, seed %s", SEED).isBetween(1, ROUNDS - 1);
  }

  private static boolean readOrRefuse(byte[] bytes) {
    try {
      SafetensorsReader.read(StoredBytes.of(MemorySegment.ofArray(bytes)), "fuzz.safetensors")
          .values()
          .forEach(array ->
              assertThat(array.content().toArray())
                  .hasSize((int) array.elements() * array.type().bytes()));
      return true;
    } catch (ModelFormatException e) {
      assertThat(e).hasMessageStartingWith("fuzz.safetensors: ").hasMessageNotContaining("\n");
      return false;
    }
  }
}
