package puna.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.TestSeed;
import puna.checkpoint.llama2c.Llama2cCheckpoint;
import puna.checkpoint.meta.MetaCheckpoint;
import puna.error.ModelFormatException;
import puna.tensor.Tensor;
import puna.token.file.TokenizerFiles;

/// No bytes may make the readers raise anything but `ModelFormatException`, and no file may cost
/// more memory than they bound.
class CheckpointFuzzTest {
  private static final long SEED = TestSeed.of(20260102);
  private static final int ROUNDS = Boolean.getBoolean("puna.test.thorough") ? 20_000 : 300;

  @TempDir Path folder;

  @Test
  void opensOrRefusesMutatedPartsOfMeta() throws IOException {
    Path golden = GoldenCheckpoint.named("meta-2parts").folder();
    for (String name : new String[] {"consolidated.00.pth", "params.json"}) {
      Files.copy(golden.resolve(name), folder.resolve(name));
    }
    byte[] part = Files.readAllBytes(golden.resolve("consolidated.01.pth"));
    // The pickle comes first and the directory last: what lies between is numbers of any value.
    int[] edges = {3300, part.length - 3300};
    run(part, edges, folder.resolve("consolidated.01.pth"), MetaCheckpoint::open);
  }

  @Test
  void opensOrRefusesMutatedParameters() throws IOException {
    Path golden = GoldenCheckpoint.named("meta-1part").folder();
    Files.copy(golden.resolve("consolidated.00.pth"), folder.resolve("consolidated.00.pth"));
    byte[] params = Files.readAllBytes(golden.resolve("params.json"));
    run(
        params,
        new int[] {params.length, params.length},
        folder.resolve("params.json"),
        MetaCheckpoint::open);
  }

  @Test
  void opensOrRefusesMutatedFilesOfLlama2c() throws IOException {
    for (String name : new String[] {"llama2c-v0", "llama2c-v2"}) {
      Path golden = GoldenCheckpoint.named(name).folder();
      byte[] file = Files.readAllBytes(golden.resolve("model.bin"));
      int[] edges = {48, file.length};
      run(file, edges, folder.resolve("model.bin"), Llama2cCheckpoint::open);
    }
  }

  @Test
  void readsOrRefusesMutatedTokenizersOfLlama2c() throws IOException {
    Path golden = GoldenCheckpoint.named("llama2c-v0").folder();
    byte[] original = Files.readAllBytes(golden.resolve("tokenizer.bin"));
    Path file = folder.resolve("tokenizer.bin");
    int read = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(SEED + round);
      Files.write(file, Mutations.mutate(original, random));
      try {
        var tokenizer = TokenizerFiles.openLlama2c(file, 512);
        assertThat(tokenizer.decode(tokenizer.encode("a b é"))).isNotNull();
        read++;
      } catch (ModelFormatException e) {
        assertThat(e).hasMessageStartingWith("tokenizer.bin: ").hasMessageNotContaining("\n");
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
    }
    assertThat(read).as("files still readable, seed %s", SEED).isBetween(1, ROUNDS - 1);
  }

  private void run(byte[] original, int[] edges, Path file, Function<Path, Checkpoint> open)
      throws IOException {
    int opened = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Files.write(file, Mutations.mutate(original, edges, new Random(SEED + round)));
      try (Checkpoint checkpoint = open.apply(file)) {
        checkpoint.tensors().values().forEach(CheckpointFuzzTest::touch);
        opened++;
      } catch (ModelFormatException e) {
        assertThat(e).as("seed %s", SEED + round).hasMessageNotContaining("\n");
        assertThat(e).hasMessageMatching("\\S+: .+");
      } catch (RuntimeException e) {
        fail("seed %s: %s".formatted(SEED + round, e), e);
      }
    }
    assertThat(opened).as("files still readable, seed %s", SEED).isBetween(1, ROUNDS - 1);
  }

  /// Reads the first and the last bytes.
  private static void touch(Tensor tensor) {
    byte[] bytes = new byte[2];
    tensor.content().read(0, MemorySegment.ofArray(bytes));
    tensor.content().read(tensor.byteSize() - 2, MemorySegment.ofArray(bytes));
  }
}
