package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.cli.command.Console;
import puna.cli.command.Fetching;
import puna.cli.command.Output;
import puna.cli.command.Progress;

/// `puna pull`, `puna rm`, `puna models --recommended`, and what is seen while a model comes. The
/// tests' own JVM is offline.
class FetchingTest {
  private static final String REFERENCE = "hf.co/user/repo:Q4_K_M";

  @Test
  void pullIsRefusedOffline() {
    CommandRun run = CommandRun.of("pull", REFERENCE);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "puna: hf.co/user/repo:Q4_K_M is not here, and puna.offline forbids to fetch it; allow"
                + " it once, or use what 'puna models' lists\n");
  }

  @Test
  void theOptionForbidsItByItsName() {
    CommandRun run = CommandRun.of("generate", "--offline", "-m", REFERENCE, "Hi");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("--offline forbids to fetch it");
  }

  @Test
  void malformedReferencesAreToldTheForms() {
    CommandRun run = CommandRun.of("pull", "hf.co/user");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("write hf.co/USER/REPOSITORY");
  }

  @Test
  void onlyWhatWasFetchedIsRemoved(@TempDir Path folder) throws IOException {
    Path own = Files.createFile(folder.resolve("own.gguf"));
    CommandRun run = CommandRun.of("rm", own.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("is nothing that was fetched");
    assertThat(own).exists();
    assertThat(CommandRun.of("rm", REFERENCE).err()).contains("was not fetched");
  }

  @Test
  void recommendsModelsByMemory() {
    CommandRun run = CommandRun.of("models", "--recommended");

    assertThat(run.out())
        .contains("memory", "licence", "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M");
    assertThat(RecommendedModel.all()).hasSizeGreaterThan(4);
    assertThat(RecommendedModel.all()).extracting(RecommendedModel::memory).isSorted();
    assertThat(CommandRun.of("models", "--recommended", "--json").out()).startsWith("[{\"name\"");
  }

  @Test
  void listsModelsOfOtherPrograms() {
    CommandRun run = CommandRun.of("models", "--all");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("smollm2-135m", "of other programs");
    assertThat(CommandRun.of("models", "--all", "--json").out()).startsWith("[{\"name\"");
  }

  @Test
  void tellsRateAndTimeLeft() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new Output(new ByteArrayOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            true);
    AtomicLong clock = new AtomicLong();
    try (Fetching fetching =
        new Fetching(new Progress(console, clock::get), "m\u001b", clock::get)) {
      fetching.report(0, 1_000_000_000);
      clock.set(2_000_000_000L);
      fetching.report(100_000_000, 1_000_000_000);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("m\\x1b: 10 % of 1.0 GB, 50.0 MB/s, 18 s left");
    assertThat(Fetching.left(61)).isEqualTo("1 min 1 s");
    assertThat(Fetching.left(7300)).isEqualTo("2 h 1 min");
  }
}
