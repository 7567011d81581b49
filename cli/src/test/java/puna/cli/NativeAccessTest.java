package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Puna advises where the JVM denies native access.
class NativeAccessTest {
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @BeforeEach
  void onlyOneProcessorHasThatTier() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "needs x86-64");
  }

  @Test
  void onTheClassPathTheFlagNamesNoModule() throws IOException, InterruptedException {
    assertThat(info("-cp", CLASS_PATH, "puna.cli.Puna"))
        .contains("--enable-native-access=ALL-UNNAMED")
        .doesNotContain("--enable-native-access=puna");
    assertThat(info("--enable-native-access=ALL-UNNAMED", "-cp", CLASS_PATH, "puna.cli.Puna"))
        .doesNotContain("native access is denied");
  }

  @Test
  void onTheModulePathItNamesTheModule() throws IOException, InterruptedException {
    String modules =
        Arrays.stream(CLASS_PATH.split(File.pathSeparator))
            .filter(entry ->
                entry.endsWith("classes")
                        && !entry.endsWith("test-classes")
                        && !entry.contains(Path.of("vector", "target").toString())
                    || Path.of(entry)
                        .getFileName()
                        .toString()
                        .matches("(puna|picocli|jline|jackson|jspecify|jetty|slf4j)-.*"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> program =
        List.of(
            "--module-path", modules, "--add-modules", "puna.x64", "-m", "puna.cli/puna.cli.Puna");
    assertThat(info(program.toArray(String[]::new)))
        .contains("--enable-native-access=puna.x64")
        .doesNotContain("ALL-UNNAMED");
  }

  private static String info(String... program) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--illegal-native-access=deny");
    command.addAll(List.of(program));
    command.add("info");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(said).contains("back end");
    return said;
  }
}
