package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  private static final Path SHELL = Path.of("/bin/bash");

  @TempDir Path folder;
  private Path model = Path.of("");
  private Path output = Path.of("");

  @BeforeEach
  void writeModel() throws IOException {
    model = OddModel.write(folder);
    output = folder.resolve("out.gguf");
  }

  @Test
  void writesTheModelInAnotherTypeAndPrintsItsFile() throws IOException {
    CommandRun run = convert("--as", "q8_0");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(output + "\n");
    assertThat(CommandRun.of("inspect", output.toString()).out())
        .contains("Q8_0", "general.file_type")
        .doesNotContain("\u001B");
    assertThat(Files.size(output)).isLessThan(Files.size(model));
  }

  @Test
  void splitsAndSaysWhichFiles() {
    CommandRun run = convert("--split-max-tensors", "6");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            folder.resolve("out-00001-of-00002.gguf").toString(),
            folder.resolve("out-00002-of-00002.gguf").toString());
    assertThat(output).doesNotExist();
  }

  @Test
  void writesOverFilesOnlyWhenForced() throws IOException {
    Files.writeString(output, "precious");

    CommandRun refused = convert();
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo("puna: %s: is there already: give --force to write over it\n".formatted(output));
    assertThat(output).hasContent("precious");

    assertThat(convert("--force").exitCode()).isZero();
    assertThat(output).hasSameBinaryContentAs(model);
  }

  @Test
  void neverWritesOverTheModelItself() throws IOException {
    byte[] before = Files.readAllBytes(model);
    CommandRun run =
        CommandRun.of("convert", "--force", "-m", model.toString(), "-o", model.toString());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("is a file of the model that is read");
    assertThat(model).hasBinaryContent(before);
  }

  @Test
  void leavesNothingBehindWhenItCannotWrite() throws IOException {
    CommandRun run =
        CommandRun.of("convert", "-m", model.toString(), "-o", folder + "/none/out.gguf");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("must be in a folder that exists");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(model);
    }
  }

  /// A process that may write no file longer than a kilobyte.
  @Test
  void leavesTheOldFileWhenTheDiskIsFull() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(SHELL), "lacks /bin/bash, to bound the length of files");
    Files.writeString(output, "precious");
    Process process =
        new ProcessBuilder(
                SHELL.toString(),
                "-c",
                "ulimit -f 1; exec \"$@\"",
                "bounded",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "puna.cli.Puna",
                "convert",
                "--force",
                "-m",
                model.toString(),
                "-o",
                output.toString())
            .start();
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(errors).isEqualTo(1);
    assertThat(errors).contains("File too large");
    assertThat(output).hasContent("precious");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(model, output);
    }
  }

  @Test
  void explainsWrongOptions() {
    assertUsage(convert("--as", "q9"), "no type that weights are converted to is named 'q9'");
    assertUsage(convert("--as", "iq2_xs"), "no type that weights are converted to is named");
    assertUsage(convert("--split-max-size", "0"), "must be at least 1");
    assertUsage(convert("--split-max-size", "much"), "512M");
    assertUsage(convert("--split-max-size", "1M", "--split-max-tensors", "1"), "not both");
    assertUsage(CommandRun.of("convert", "-m", model.toString()), "--output");
  }

  private static void assertUsage(CommandRun run, String message) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }

  private CommandRun convert(String... options) {
    return CommandRun.of(
        Stream.concat(
                Stream.of("convert", "-m", model.toString(), "-o", output.toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }
}
