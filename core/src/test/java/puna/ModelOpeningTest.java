package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelFormatException;
import puna.error.ModelInterruptedException;
import puna.error.ModelNotFoundException;

class ModelOpeningTest {
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final String TINY = "models/tiny-quants/bf16.gguf";
  private static final long LEAK_BYTES = 200L << 20;

  @TempDir private Path folder;

  @Test
  void openingAndClosing200TimesLeavesNothingBehind() throws IOException {
    Path model = SharedData.require(TINY);
    assumeTrue(Files.exists(MAPS), "needs /proc/self/maps, which this system lacks");
    long mapped = 0;
    for (int i = 0; i < 200; i++) {
      try (Llama llama = Llama.open(ModelSource.file(model), small())) {
        llama
            .generate(Prompt.tokens(new int[] {1, 7}), GenerationOptions.greedy().withMaxTokens(1))
            .text();
      }
      if (i == 50) {
        mapped = mappedBytes();
      }
    }
    assertThat(Files.readString(MAPS)).doesNotContain(model.getFileName().toString());
    assertThat(mappedBytes() - mapped).isLessThan(LEAK_BYTES);
    assertThat(enginesRunning()).isEmpty();
  }

  @Test
  void aModelThatFailsMidwayLeavesNothingBehind() throws IOException {
    Path model = SharedData.require(TINY);
    assumeTrue(Files.exists(MAPS), "needs /proc/self/maps, which this system lacks");
    Path broken = folder.resolve("broken-architecture.gguf");
    byte[] bytes = Files.readAllBytes(model);
    byte[] key = "llama.block_count".getBytes(StandardCharsets.UTF_8);
    bytes[indexOf(bytes, key)] = 'L';
    Files.write(broken, bytes);
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> Llama.open(ModelSource.file(broken), small()))
        .withMessageContaining("llama.block_count");
    assertThat(Files.readString(MAPS)).doesNotContain("broken-architecture");
    assertThat(enginesRunning()).isEmpty();
  }

  @Test
  void tellsHowFarLoadingHasCome() {
    Path model = SharedData.require(TINY);
    List<Double> fractions = new ArrayList<>();
    Llama.open(ModelSource.file(model), small(), fractions::add).close();
    assertThat(fractions).startsWith(0.0).endsWith(1.0).isSorted();
  }

  @Test
  void aProgressListenerThatThrowsLeavesNothingBehind() {
    Path model = SmallModels.write(folder, "Q4_0");
    for (double last : new double[] {0, 0.5, 1}) {
      DoubleConsumer progress =
          fraction -> {
            if (fraction >= last) {
              throw new IllegalStateException("the window is closed");
            }
          };
      assertThatThrownBy(() -> Llama.open(ModelSource.file(model), small(), progress))
          .hasMessage("the window is closed");
      assertThat(enginesRunning()).isEmpty();
    }
  }

  @Test
  void describesTheModel() {
    Path model = SharedData.require(TINY);
    try (Llama llama = Llama.open(ModelSource.file(model), small())) {
      assertThat(llama.info().architecture()).isEqualTo("llama");
      assertThat(llama.info().context()).isEqualTo(64);
      assertThat(llama.info().parameters()).isPositive();
      assertThat(llama.info().vocabulary()).isEqualTo(llama.tokenizer().vocabularySize());
      assertThat(llama.info().kernels()).contains("BF16");
    }
  }

  @Test
  void saysThatThereIsNoSuchModel() {
    assertThatThrownBy(() -> Llama.open("no-such-model"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("no-such-model");
    assertThatThrownBy(() -> Llama.open(folder)).isInstanceOf(ModelNotFoundException.class);
  }

  @Test
  void saysThatItsThreadWasInterrupted() {
    Path model = SmallModels.write(folder, "Q4_0");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> Llama.open(ModelSource.file(model), small()))
          .isInstanceOf(ModelInterruptedException.class)
          .hasMessageContainingAll(model.toString(), "interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static LlamaOptions small() {
    return LlamaOptions.defaults().withContextLength(64).withBatchTokens(8).withThreads(1);
  }

  /// The address space in use; a leaked model or cache adds megabytes each time.
  private static long mappedBytes() throws IOException {
    long bytes = 0;
    for (String line : Files.readAllLines(MAPS)) {
      String[] range = line.substring(0, line.indexOf(' ')).split("-", -1);
      bytes += Long.parseUnsignedLong(range[1], 16) - Long.parseUnsignedLong(range[0], 16);
    }
    return bytes;
  }

  private static List<String> enginesRunning() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("puna-engine"))
        .toList();
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new AssertionError("not in the file");
  }
}
