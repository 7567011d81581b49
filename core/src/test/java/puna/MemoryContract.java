package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tier gives back what it takes: memory, addresses, mappings, threads, classes. The runs have a
/// JVM of their own, whose heap is resident from the start, so that what grows is Puna's.
public abstract class MemoryContract {
  /// What the runs of each tier said: they are made once for all tests.
  private static final Map<String, List<String>> FOUND = new HashMap<>();

  private List<String> found = List.of();

  protected MemoryContract() {}

  /// The tier, or a skipped test where this machine lacks it.
  protected abstract String tier();

  @BeforeEach
  final void use(@TempDir Path folder) throws IOException, InterruptedException {
    String tier = tier();
    assumeTrue(Files.exists(Path.of("/proc/self/maps")), "needs Linux's /proc/self");
    if (!FOUND.containsKey(tier)) {
      FOUND.put(tier, run(tier, folder));
    }
    found = FOUND.getOrDefault(tier, List.of());
  }

  private static List<String> run(String tier, Path folder)
      throws IOException, InterruptedException {
    for (String mix : List.of("Q4_0", "Q8_0", "Q4_K_M", "F16", "IQ2_XXS")) {
      SmallModels.write(folder, mix);
    }
    Path out = folder.resolve("found.txt");
    ProcessBuilder program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:-UseDynamicNumberOfCompilerThreads",
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryProgram.class.getName(),
                tier,
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    // else the C library takes 64 MiB of addresses for each thread that comes while others allocate
    program.environment().put("MALLOC_ARENA_MAX", "2");
    int code = program.start().waitFor();
    List<String> lines = Files.readAllLines(out, StandardCharsets.UTF_8);
    assertThat(code).as("%s", lines).isZero();
    return lines;
  }

  @Test
  void opensAnswersAndClosesWithoutGrowing() {
    assertThat(found).contains("cycles: right");
  }

  @Test
  void answersPromptsOfAllLengthsInTheMemoryOfTheFirstOnes() {
    assertThat(found).contains("prompts: right");
  }

  @Test
  void growingPromptsTakeOneContextAndTheScratchOfOneStep() {
    assertThat(found).contains("growing: right");
  }

  @Test
  void livesThatEndAtRandomLeaveNothingBehind() {
    assertThat(found).contains("lives: right");
  }

  @Test
  void lettingItsClassLoaderGoLeavesNoClassBehind() {
    assertThat(found).contains("loaders: right");
  }
}
