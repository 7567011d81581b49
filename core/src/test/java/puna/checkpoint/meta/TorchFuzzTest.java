package puna.checkpoint.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.Random;
import org.junit.jupiter.api.Test;
import puna.TestSeed;
import puna.checkpoint.GoldenCheckpoint;
import puna.checkpoint.Mutations;
import puna.error.ModelFormatException;
import puna.tensor.StoredBytes;

/// No bytes may make the reader of PyTorch's files raise anything but `ModelFormatException`.
class TorchFuzzTest {
  private static final long SEED = TestSeed.of(20260103);
  private static final int ROUNDS = Boolean.getBoolean("puna.test.thorough") ? 100_000 : 3_000;

  @FuzzTest
  void readsOrRefusesAnyBytes(byte[] bytes) {
    readOrRefuse(bytes);
  }

  @Test
  void readsOrRefusesMutationsOfASmallFile() throws IOException {
    byte[] part =
        Files.readAllBytes(
            GoldenCheckpoint.named("meta-2parts").folder().resolve("consolidated.01.pth"));
    // The pickle comes first and the directory last: what lies between is numbers of any value.
    int[] edges = {3300, part.length - 3300};
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutated = Mutations.mutate(part, edges, new Random(SEED + round));
      try {
        read += readOrRefuse(mutated) ? 1 : 0;
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
    }
    assertThat(read).as("files still readable, seed %s", SEED).isBetween(1, ROUNDS - 1);
  }

  /// A pickle with nothing around it, so that each change meets the machine.
  @Test
  void readsOrRefusesMutationsOfAPickle() {
    PickleBytes pickle = PickleBytes.dictionary();
    for (int tensor = 0; tensor < 3; tensor++) {
      pickle.tensor("t" + tensor, "0", 3, 2);
    }
    byte[] original = pickle.stop();
    int[] edges = {original.length, original.length};
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] mutated = Mutations.mutate(original, edges, new Random(SEED + round));
      try {
        read += PickleMachine.read(mutated, "fuzz.pth: data.pkl").isEmpty() ? 0 : 1;
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageStartingWith("fuzz.pth: data.pkl: byte ");
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
    }
    assertThat(read).as("pickles still readable, seed %s", SEED).isBetween(1, ROUNDS - 1);
  }

  private static boolean readOrRefuse(byte[] bytes) {
    try {
      TorchFile.read(StoredBytes.of(MemorySegment.ofArray(bytes)), "fuzz.pth");
      return true;
    } catch (ModelFormatException e) {
      assertThat(e).hasMessageStartingWith("fuzz.pth: ").hasMessageNotContaining("\n");
      return false;
    }
  }
}
