package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What opening a model leaves in the log.
class OpeningLogTest {
  private static final Logger LOGGER = Logger.getLogger("puna");

  @TempDir private Path folder;

  @Test
  void isOneLineThatSaysWhatWasOpenedAndHow() {
    Path file = SmallModels.write(folder, "Q8_0");
    List<LogRecord> records = new CopyOnWriteArrayList<>();
    Handler handler = collecting(records);
    Level before = LOGGER.getLevel();
    LOGGER.setLevel(Level.FINE);
    LOGGER.addHandler(handler);
    try (Llama llama =
        Llama.open(
            ModelSource.file(file),
            LlamaOptions.defaults().withContextLength(77).withTier(KernelTier.SCALAR))) {
      List<LogRecord> infos =
          records.stream().filter(entry -> entry.getLevel().equals(Level.FINE)).toList();
      assertThat(infos).hasSize(1);
      assertThat(infos.getFirst().getMessage())
          .contains(
              llama.info().name(),
              " MiB",
              llama.info().device(),
              "scalar",
              "context 77",
              " s, from " + file)
          .doesNotContain("\n");
    } finally {
      LOGGER.removeHandler(handler);
      LOGGER.setLevel(before);
    }
  }

  private static Handler collecting(List<LogRecord> records) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        records.add(entry);
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
