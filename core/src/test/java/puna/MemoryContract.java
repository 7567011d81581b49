package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tier gives back what it takes: memory, addresses, mappings, threads, classes. Each run is a
/// JVM of its own, whose heap is resident from the start, so that what grows is Puna's.
public abstract class MemoryContract {
  @TempDir private Path folder;

  protected MemoryContract() {}

  /// The tier, or a skipped test where this machine lacks it.
  protected abstract String tier();

  @Test
  void opensAnswersAndClosesWithoutGrowing() throws Exception {
    run("cycles", "Q4_0");
  }

  @Test
  void answersPromptsOfAllLengthsInTheMemoryOfTheFirstOnes() throws Exception {
    run("prompts", "Q4_0");
  }

  @Test
  void growingPromptsTakeOneContextAndTheScratchOfOneStep() throws Exception {
    run("growing", "Q4_0");
  }

  @Test
  void livesThatEndAtRandomLeaveNothingBehind() throws Exception {
    run("lives", "Q4_0", "Q8_0", "Q4_K_M", "F16", "IQ2_XXS");
  }

  @Test
  void lettingItsClassLoaderGoLeavesNoClassBehind() throws Exception {
    run("loaders", "Q4_0");
  }

  private void run(String name, String... mixes) throws IOException, InterruptedException {
    String tier = tier();
    assumeTrue(Files.exists(Path.of("/proc/self/maps")), "needs Linux's /proc/self");
    for (String mix : mixes) {
      SmallModels.write(folder, mix);
    }
    Path out = folder.resolve(name + ".txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path").replace(File.pathSeparatorChar, ':'),
                MemoryProgram.class.getName(),
                name,
                tier,
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    int code = process.waitFor();
    List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
    assertThat(code).as("%s", lines).isZero();
    assertThat(lines).contains("right");
  }
}
