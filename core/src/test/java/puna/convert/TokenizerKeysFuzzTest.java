package puna.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.TestSeed;
import puna.checkpoint.Mutations;
import puna.error.ModelFormatException;
import puna.token.file.KeysRequest;
import puna.token.file.TokenizerFiles;

/// No bytes of a tokenizer's file may make a conversion raise anything but `ModelFormatException`.
class TokenizerKeysFuzzTest {
  private static final long SEED = TestSeed.of(20260101);
  private static final int ROUNDS = 300;

  @ParameterizedTest
  @CsvSource({
    "formats/hf-llama31-f32/tokenizer.json, 519",
    "formats/hf-llama2-f16/tokenizer.model, 512",
    "checkpoint/meta-llama3-2parts/tokenizer.model, 768",
    "checkpoint/llama2c-v0/tokenizer.bin, 512"
  })
  void tellsOrRefusesMutations(String resource, int vocabulary, @TempDir Path folder)
      throws IOException {
    byte[] original = Files.readAllBytes(resource(resource));
    Path file = folder.resolve("tokenizer");
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Files.write(file, Mutations.mutate(original, new Random(SEED + round)));
      refused += isRefused(file, vocabulary, resource, SEED + round) ? 1 : 0;
    }
    assertThat(refused).as("seed %s", SEED).isBetween(1, ROUNDS - 1);
  }

  private static boolean isRefused(Path file, int vocabulary, String resource, long seed) {
    KeysRequest request = KeysRequest.of(file, vocabulary);
    try {
      var keys =
          resource.endsWith(".bin")
              ? TokenizerFiles.keysOfLlama2c(request)
              : TokenizerFiles.keys(request);
      assertThat(keys).containsKey("tokenizer.ggml.tokens");
      return false;
    } catch (ModelFormatException e) {
      assertThat(e).hasMessageNotContaining("\n");
      return true;
    } catch (RuntimeException e) {
      return fail("seed %s: %s".formatted(seed, e), e);
    }
  }

  private static Path resource(String name) throws IOException {
    try {
      return Path.of(TokenizerKeysFuzzTest.class.getResource("/puna/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }
}
