package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelInterruptedException;
import puna.error.SavedStateException;
import puna.sample.SamplingOptions;

/// Cached prefixes that survive a restart, with small models of random weights.
@Timeout(600)
class CacheFolderTest {
  private static final int BLOCK = 64;
  private static final long BLOCK_BYTES = 2L * 2 * 2 * 64 * BLOCK * 2; // layers, K and V, heads

  private static final Path SHELL = Path.of("/bin/bash");

  @TempDir private Path folder;

  private Path cache() {
    return folder.resolve("cache");
  }

  private LlamaOptions options() {
    return LlamaOptions.defaults()
        .withThreads(2)
        .withBatchInvariance(BatchInvariance.ON)
        .withCacheFolder(cache());
  }

  private Llama open(long seed, LlamaOptions options) {
    return Llama.open(ModelSource.file(SmallModels.write(folder, "Q8_0", seed)), options);
  }

  private static Prompt prompt(long seed, int length) {
    return Prompt.tokens(TestSeed.random(seed).ints(length, 10, 200).toArray());
  }

  private static Generation ask(Llama llama, Prompt prompt) {
    Generation answer =
        llama.generate(
            prompt,
            GenerationOptions.defaults()
                .withMaxTokens(20)
                .withSampling(SamplingOptions.defaults().withTemperature(1.5f).withSeed(3)));
    String _ = answer.text();
    return answer;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(cache())) {
      return all.sorted().toList();
    }
  }

  @Test
  void aPromptIsTakenUpByTheNextProcessToTheLastBit() throws Exception {
    Prompt prompt = prompt(1, 3 * BLOCK + 5);
    int[] tokens;
    try (Llama llama = open(1, options())) {
      tokens = ask(llama, prompt).tokens();
    }
    assertThat(files()).hasSize(1);
    try (Llama llama = open(1, options())) {
      Generation again = ask(llama, prompt);
      assertThat(again.usage().cachedTokens()).isEqualTo(3 * BLOCK);
      assertThat(again.tokens()).isEqualTo(tokens);
    }
    try (Llama llama = open(2, options())) { // another model
      assertThat(ask(llama, prompt).usage().cachedTokens()).isZero();
    }
    try (Llama llama = open(1, options().withKvPrecision(KvPrecision.Q8_0))) {
      assertThat(ask(llama, prompt).usage().cachedTokens()).isZero();
    }
    assertThat(files()).hasSize(3);
  }

  @Test
  void theLastUsedComeWithinTheBound() throws Exception {
    long bound = 3 * (BLOCK_BYTES + 1024);
    try (Llama llama = open(1, options().withCacheFolderBytes(bound))) {
      ask(llama, prompt(1, 2 * BLOCK + 5));
      ask(llama, prompt(2, 2 * BLOCK + 5));
      llama.saveCache();
      assertThat(Files.size(files().getFirst())).isBetween(3 * BLOCK_BYTES, bound);
    }
    try (Llama llama = open(1, options())) {
      assertThat(ask(llama, prompt(2, 2 * BLOCK + 5)).usage().cachedTokens()).isEqualTo(2 * BLOCK);
      assertThat(ask(llama, prompt(1, 2 * BLOCK + 5)).usage().cachedTokens()).isEqualTo(BLOCK);
    }
  }

  @Test
  void theOldestFilesGoAndOthersStay() throws Exception {
    Files.createDirectories(cache());
    String name = "%064x-f16-f16.puna";
    for (int age = 1; age <= 3; age++) {
      Path file = cache().resolve(name.formatted(age));
      Files.write(file, new byte[600_000]);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(age * 1000L)));
    }
    Path foreign = Files.write(cache().resolve("notes.txt"), new byte[900_000]);
    try (Llama llama = open(1, options().withCacheFolderBytes(1_000_000))) {
      ask(llama, prompt(1, 2 * BLOCK + 5));
    }
    assertThat(foreign).exists();
    assertThat(cache().resolve(name.formatted(1))).exists();
    assertThat(cache().resolve(name.formatted(2))).doesNotExist();
    assertThat(cache().resolve(name.formatted(3))).doesNotExist();
    assertThat(files()).hasSize(3);
  }

  @Test
  void aBrokenFileIsAWarning() throws Exception {
    Prompt prompt = prompt(1, 3 * BLOCK + 5);
    try (Llama llama = open(1, options())) {
      ask(llama, prompt);
    }
    Path file = files().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 9] ^= 1;
    Files.write(file, bytes);
    try (Llama llama = open(1, options())) {
      int cached = ask(llama, prompt).usage().cachedTokens(); // what came before the break
      assertThat(cached).isLessThan(3 * BLOCK + 1);
    }
    Files.writeString(file, "nothing of the kind");
    try (Llama llama = open(1, options())) {
      assertThat(ask(llama, prompt).usage().cachedTokens()).isZero();
    }
    try (Llama llama = open(1, options())) { // written anew
      assertThat(ask(llama, prompt).usage().cachedTokens()).isEqualTo(3 * BLOCK);
    }
  }

  @Test
  void anInterruptedOpeningIsOne() throws Exception {
    try (Llama llama = open(1, options())) {
      ask(llama, prompt(1, 2 * BLOCK + 5));
    }
    ModelSource model = ModelSource.file(SmallModels.write(folder, "Q8_0", 1));
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(ModelInterruptedException.class)
        .isThrownBy(() -> Llama.open(model, options()).close());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(files()).hasSize(1);
  }

  @Test
  void aFolderThatCannotBeWrittenIsAnErrorWhenAskedAndAWarningAtTheEnd() throws Exception {
    Files.writeString(cache(), "a file");
    try (Llama llama = open(1, options())) {
      ask(llama, prompt(1, 2 * BLOCK + 5));
      assertThatExceptionOfType(SavedStateException.class)
          .isThrownBy(llama::saveCache)
          .withMessageContaining("cannot be written");
    }
    assertThat(cache()).hasContent("a file");
  }

  /// Asks something, in a process that may write no file longer than a block, and says what came.
  static final class Bounded {
    private Bounded() {}

    public static void main(String[] arguments) {
      CacheFolderTest test = new CacheFolderTest();
      test.folder = Path.of(arguments[0]);
      ModelSource model = ModelSource.file(test.folder.resolve("small-Q8_0-1.gguf"));
      try (Llama llama = Llama.open(model, test.options())) {
        ask(llama, prompt(2, 3 * BLOCK + 5));
        llama.saveCache();
        System.out.println("saved");
      } catch (SavedStateException e) {
        System.out.println(e.getMessage());
      }
      try (Llama llama = Llama.open(model, test.options())) {
        System.out.println(ask(llama, prompt(1, 3 * BLOCK + 5)).usage().cachedTokens());
      }
    }
  }

  @Test
  void aFullDiskLeavesTheOldFile() throws Exception {
    assumeTrue(Files.isExecutable(SHELL), "lacks /bin/bash, to bound the length of files");
    try (Llama llama = open(1, options())) {
      ask(llama, prompt(1, 3 * BLOCK + 5));
    }
    byte[] old = Files.readAllBytes(files().getFirst());
    Process process =
        new ProcessBuilder(
                SHELL.toString(),
                "-c",
                "ulimit -f 64; exec \"$@\"",
                "bounded",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Bounded.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> said = process.inputReader().lines().toList();
    assertThat(process.waitFor()).isZero();
    assertThat(said).hasSize(2);
    assertThat(said.getFirst()).contains("cannot be written", "File too large");
    assertThat(said.getLast()).isEqualTo(String.valueOf(3 * BLOCK));
    assertThat(files()).hasSize(1);
    assertThat(files().getFirst()).hasBinaryContent(old);
  }
}
