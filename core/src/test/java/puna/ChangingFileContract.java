package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;
import java.util.function.DoubleConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelInterruptedException;
import puna.error.ModelMemoryException;
import puna.error.ModelReadException;

/// A model's file that is cut short, overwritten, replaced or deleted, while it is loaded and while
/// it answers.
public abstract class ChangingFileContract {
  private static final int[] PROMPT = {1, 7, 9, 11, 13};
  private static final GenerationOptions OPTIONS = GenerationOptions.greedy().withMaxTokens(20);

  @TempDir private Path folder;
  private Path model = Path.of("");
  private int[] expected = {};

  protected ChangingFileContract() {}

  /// The tier, or a skipped test where this machine lacks it.
  protected abstract String tier();

  /// What happens to a file.
  private interface Change {
    void apply() throws IOException;
  }

  @BeforeEach
  final void answersAsLongAsNothingHappens() {
    model = SmallModels.write(folder, "Q4_0");
    try (Llama llama = Llama.open(ModelSource.file(model), options())) {
      expected = answer(llama);
    }
    assertThat(expected).hasSize(20);
  }

  @Test
  void aFileThatIsCutShortWhileItIsLoadedIsRefusedByName() {
    assertRefusedWhileLoading(() -> truncate());
  }

  @Test
  void aFileThatIsOverwrittenWhileItIsLoadedIsRefusedByName() {
    assertRefusedWhileLoading(() -> overwrite());
  }

  @Test
  void aFileThatGrowsWhileItIsLoadedIsRefusedByName() {
    assertRefusedWhileLoading(() -> {
      try (FileChannel file = FileChannel.open(model, StandardOpenOption.APPEND)) {
        file.write(java.nio.ByteBuffer.allocate(100));
      }
    });
  }

  @Test
  void aFileThatIsDeletedOrReplacedWhileItIsLoadedIsReadToItsEnd() {
    try (Llama llama = open(changing(() -> replace()))) {
      assertThat(answer(llama)).isEqualTo(expected);
    }
    try (Llama llama = Llama.open(ModelSource.file(model), options())) {
      assertThat(answer(llama)).as("the other model's").isNotEqualTo(expected);
    }
    model = SmallModels.write(folder, "Q4_0");
    try (Llama llama = open(changing(() -> Files.delete(model)))) {
      assertThat(answer(llama)).isEqualTo(expected);
    }
  }

  @Test
  void whatHappensToTheFileOfAnOpenModelDoesNotMatter() throws IOException {
    assertAnswersAfter(this::truncate);
    assertAnswersAfter(this::overwrite);
    assertAnswersAfter(this::replace);
    assertAnswersAfter(() -> Files.delete(model));
  }

  @Test
  void aThreadThatIsInterruptedWhileItLoadsHearsSo() {
    assertThatExceptionOfType(ModelInterruptedException.class)
        .isThrownBy(() ->
            open(fraction -> {
              if (fraction > 0) {
                Thread.currentThread().interrupt();
              }
            }))
        .withMessageContainingAll(model.getFileName().toString(), "interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void tooLittleMemoryIsToldAndLeavesNothingRunning() {
    LlamaOptions wide = options().withBatchTokens(Integer.MAX_VALUE - 100);
    assertThatExceptionOfType(ModelMemoryException.class)
        .isThrownBy(() -> Llama.open(ModelSource.file(model), wide))
        .withMessageContainingAll(model.toString(), "not enough memory");
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("puna-"));
  }

  @Test
  void weightsMayStayInTheMappedFile() {
    try (Llama llama =
        Llama.open(ModelSource.file(model), options().withWeightMemory(WeightMemory.MAPPED))) {
      assertThat(answer(llama)).isEqualTo(expected);
    }
  }

  private void assertRefusedWhileLoading(Change change) {
    assertThatExceptionOfType(ModelReadException.class)
        .isThrownBy(() -> open(changing(change)))
        .withMessageContainingAll(model.toString(), "must stay as it is while it is read");
  }

  private void assertAnswersAfter(Change change) throws IOException {
    model = SmallModels.write(folder, "Q4_0");
    try (Llama llama = Llama.open(ModelSource.file(model), options())) {
      Generation answer = llama.generate(Prompt.tokens(PROMPT), OPTIONS);
      change.apply();
      assertThat(answer.tokens()).isEqualTo(expected);
      assertThat(answer(llama)).isEqualTo(expected);
    }
  }

  private LlamaOptions options() {
    return LlamaOptions.defaults()
        .withTier(KernelTier.valueOf(tier().toUpperCase(Locale.ROOT)))
        .withThreads(2);
  }

  private Llama open(DoubleConsumer progress) {
    return Llama.open(ModelSource.file(model), options(), progress);
  }

  /// Makes `change` happen once, when the first tensor has been read.
  private static DoubleConsumer changing(Change change) {
    boolean[] done = {false};
    return fraction -> {
      if (fraction > 0 && !done[0]) {
        done[0] = true;
        try {
          change.apply();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static int[] answer(Llama llama) {
    try (Generation answer = llama.generate(Prompt.tokens(PROMPT), OPTIONS)) {
      return answer.tokens();
    }
  }

  private void truncate() throws IOException {
    try (FileChannel file = FileChannel.open(model, StandardOpenOption.WRITE)) {
      file.truncate(file.size() / 2);
    }
  }

  private void overwrite() throws IOException {
    byte[] zeros = new byte[(int) Files.size(model)];
    Files.write(model, zeros, StandardOpenOption.WRITE);
    Files.setLastModifiedTime(model, FileTime.from(Instant.now().plusSeconds(2)));
  }

  private void replace() throws IOException {
    Path other = SmallModels.write(folder, "Q4_0", 99);
    Files.move(other, model, StandardCopyOption.REPLACE_EXISTING);
  }
}
