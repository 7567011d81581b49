package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The launcher, started as people start it: by cron, in containers, from odd folders. A stub
/// stands in for Java and says what it was started with; `LaunchedTest` has the real one.
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "puna").toAbsolutePath().normalize();

  /// Prints its arguments and what the locale is, then what standard input holds.
  private static final String JAVA =
      """
      #!/bin/bash
      printf '<%s>\\n' "$@"
      echo "LC_ALL=${LC_ALL-} LC_CTYPE=${LC_CTYPE-} LC_MESSAGES=${LC_MESSAGES-} CDPATH=${CDPATH-}"
      cat
      """;

  private static final String MAVEN =
      """
      #!/bin/bash
      echo build >>"$BUILDS"
      echo "[INFO] Downloading from central: x"
      echo "Downloading from central: x"
      until [ -z "${HOLD-}" ] || [ -e "$HOLD" ]; do sleep 0.1; done
      echo "[INFO] --- maven-compiler-plugin:3:compile (default-compile) @ puna-core ---"
      mkdir -p cli/target/lib && touch cli/target/puna-cli-1.jar
      """;

  @TempDir private Path folder;
  private Path java;
  private Path installed;

  /// What a start printed and how it ended.
  private record Start(int exitCode, String out, String err) {}

  @BeforeEach
  void install() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs bash at its usual place");
    java = jre("jre");
    executable(java.resolve("bin/javac"), "#!/bin/sh\n");
    installed = Files.createDirectories(folder.resolve("installed"));
    install(installed);
  }

  private Path jre(String name) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    executable(home.resolve("bin/java"), JAVA);
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    return home;
  }

  private static void install(Path target) throws IOException {
    Files.createDirectories(target.resolve("lib"));
    Files.copy(LAUNCHER, target.resolve("puna"));
  }

  /// A folder of sources that was never built.
  private Path checkout() throws IOException {
    Path checkout = Files.createDirectories(folder.resolve("checkout"));
    for (String module : List.of("core", "agent", "vector", "x64", "cli", "models/m")) {
      Files.createDirectories(checkout.resolve(module).resolve("src/main"));
      Files.createFile(checkout.resolve(module).resolve("pom.xml"));
    }
    Files.createFile(checkout.resolve("pom.xml"));
    Files.copy(LAUNCHER, checkout.resolve("puna"));
    executable(Files.createDirectories(folder.resolve("bin")).resolve("mvn"), MAVEN);
    return checkout;
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Map<String, String> environment(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("HOME", folder.resolve("me").toString());
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("JAVA_HOME", java.toString());
    environment.put("BUILDS", folder.resolve("builds").toString());
    for (int i = 0; i < more.length; i += 2) {
      if (more[i + 1].equals("-")) {
        environment.remove(more[i]);
      } else {
        environment.put(more[i], more[i + 1]);
      }
    }
    return environment;
  }

  private Process process(Map<String, String> environment, String shell) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", "-c", shell).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private Start shell(Map<String, String> environment, String shell)
      throws IOException, InterruptedException {
    return end(process(environment, shell));
  }

  private static Start end(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    return new Start(process.exitValue(), out, err);
  }

  private void assertStarts(Start start) {
    assertThat(start.err()).isEmpty();
    assertThat(start.exitCode()).isZero();
    assertThat(start.out())
        .contains("<--module-path>\n<" + installed.toAbsolutePath() + "/lib")
        .contains("<puna.cli/puna.cli.Puna>\n<--version>\n");
  }

  @ParameterizedTest
  @CsvSource({
    "HOME,-",
    "HOME,''",
    "CDPATH,/tmp",
    "POSIXLY_CORRECT,1",
    "SHELLOPTS,noclobber",
    "SHELLOPTS,errexit:noglob",
    "LC_ALL,C",
    "LC_ALL,-"
  })
  void startsInOddEnvironments(String name, String value) throws IOException, InterruptedException {
    assertStarts(shell(environment(name, value), "installed/puna --version"));
    assertStarts(
        shell(environment(name, value), "ln -s installed/puna link; exec ./link --version"));
  }

  @Test
  void startsWhereTheFolderOfLinksIsFoundByCdpath() throws IOException, InterruptedException {
    Start start =
        shell(environment("CDPATH", folder.toString()), "installed/puna --version </dev/null");

    assertStarts(start);
    assertThat(start.out()).contains("CDPATH=" + folder);
  }

  @ParameterizedTest
  @CsvSource({
    "LC_ALL,C,C",
    "LC_ALL,POSIX,POSIX",
    "LC_ALL,xx_YY.ISO-8859-1,xx_YY.ISO-8859-1",
    "LANG,xx_YY.UTF-8,''"
  })
  void charactersAreUtf8AndLanguagesStayTheUsers(String name, String value, String language)
      throws IOException, InterruptedException {
    Start start =
        shell(environment("LC_ALL", "-", name, value), "installed/puna --version 'Grüße' 2>&1");

    assertThat(start.out())
        .contains("<Grüße>")
        .containsPattern("LC_ALL= LC_CTYPE=\\S*(?i:utf-?8) LC_MESSAGES=" + language + " CDPATH=");
  }

  @Test
  void aLocaleOfUtf8StaysAsItIs() throws IOException, InterruptedException {
    assertThat(shell(environment(), "installed/puna --version").out())
        .contains("LC_ALL=C.UTF-8 LC_CTYPE= LC_MESSAGES= CDPATH=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash", "bash --posix"})
  void startsByWhateverShellItIsGivenTo(String shell) throws IOException, InterruptedException {
    assertStarts(shell(environment(), shell + " installed/puna --version"));
  }

  @Test
  void closedInputIsEmptyInput() throws IOException, InterruptedException {
    assertStarts(shell(environment(), "installed/puna --version <&-"));
  }

  @ParameterizedTest
  @ValueSource(strings = {">&-", "<&- >&-", "<&- >&- 2>&-"})
  void whatGoesToClosedOutputIsNotWritten(String closed) throws IOException, InterruptedException {
    executable(java.resolve("bin/java"), "#!/bin/bash\necho result 2>/dev/null || exit 1\n");

    assertThat(shell(environment(), "installed/puna --version " + closed).exitCode()).isEqualTo(1);
  }

  @Test
  void aColonInThePathIsNamed() throws IOException, InterruptedException {
    install(Files.createDirectories(folder.resolve("a:b")));
    Start start = shell(environment(), "a:b/puna --version");

    assertThat(start.exitCode()).isEqualTo(1);
    assertThat(start.out()).isEmpty();
    assertThat(start.err()).startsWith("puna: ").contains("/a:b has a ':'").hasLineCount(1);
  }

  @Test
  void aFolderThatIsGoneIsNamed() throws IOException, InterruptedException {
    // Bash itself complains first, before it reads the launcher.
    Start start =
        shell(
            environment(),
            "mkdir gone; cd gone; rmdir ../gone; exec '" + installed + "/puna' --version");

    assertThat(start.exitCode()).isEqualTo(1);
    assertThat(start.out()).isEmpty();
    assertThat(start.err()).contains("puna: the folder that it was started in is gone");
  }

  @Test
  void theMachineSpeaksOnStandardErrorAndLeavesNothingInTheUsersFolder()
      throws IOException, InterruptedException {
    Path cache = Files.createDirectories(folder.resolve("me/.cache/puna"));

    assertThat(shell(environment(), "installed/puna --version").out())
        .contains("<-XX:+DisplayVMOutputToStderr>")
        .contains("<-XX:ErrorFile=" + cache + "/hs_err_pid%p.log>")
        .contains("<-XX:ReplayDataFile=" + cache + "/replay_pid%p.log>");
  }

  @ParameterizedTest
  @CsvSource({
    "PUNA_HOME=a XDG_CACHE_HOME=b,a",
    "XDG_CACHE_HOME=b,b/puna",
    "HOME=me,me/.cache/puna"
  })
  void oneRuleFindsTheFolderOfTheUser(String variables, String found)
      throws IOException, InterruptedException {
    Path target = Files.createDirectories(folder.resolve(found));
    Map<String, String> environment = environment();
    for (String variable : variables.split(" ")) {
      String[] pair = variable.split("=");
      environment.put(pair[0], folder.resolve(pair[1]).toString());
    }

    assertThat(shell(environment, "installed/puna --version").out())
        .contains("<-XX:ErrorFile=" + target + "/hs_err");
  }

  @Test
  void optionsForJavaAreWordsAndNoPatterns() throws IOException, InterruptedException {
    assertThat(shell(environment("PUNA_JAVA_OPTIONS", "-Xmx1g -Da=*"), "installed/puna -V").out())
        .contains("<-Xmx1g>\n<-Da=*>\n<-m>\n");
  }

  @Test
  void theFirstBuildSaysWhatItDoesStepByStep() throws IOException, InterruptedException {
    Path checkout = checkout();
    Start start = shell(environment(), "checkout/puna --version");

    assertThat(start.exitCode()).isZero();
    assertThat(start.err().lines())
        .containsExactly(
            "puna: first start: building, which takes some minutes (log: "
                + checkout.resolve("target/puna-build.log")
                + ")",
            "puna: downloading what the build needs …",
            "puna: compiling …",
            "puna: preparing fast starts …");
    assertThat(shell(environment(), "checkout/puna --version").err()).isEmpty();
    assertThat(folder.resolve("builds")).hasContent("build");
  }

  @Test
  void whoWaitsForTheBuildOfAnotherSaysSo() throws IOException, InterruptedException {
    checkout();
    Path mayEnd = folder.resolve("may-end");
    Process first = process(environment("HOLD", mayEnd.toString()), "checkout/puna --version");
    while (!Files.exists(folder.resolve("builds"))) {
      Thread.sleep(10);
    }
    Process second = process(environment(), "checkout/puna --version");
    assertThat(second.errorReader(StandardCharsets.UTF_8).readLine())
        .isEqualTo("puna: another puna is building; waiting for it …");
    Files.createFile(mayEnd);
    second.getOutputStream().close();
    assertThat(second.errorReader(StandardCharsets.UTF_8).readLine()).isNull();
    assertThat(end(second).exitCode()).isZero();
    assertThat(end(first).exitCode()).isZero();
    assertThat(folder.resolve("builds")).hasContent("build");
  }

  @Test
  void aRuntimeWithoutCompilerDoesNotHideTheOneThatHasIt()
      throws IOException, InterruptedException {
    checkout();
    Files.createSymbolicLink(folder.resolve("bin/java"), java.resolve("bin/java"));
    Start start =
        shell(environment("JAVA_HOME", jre("alone").toString()), "checkout/puna --version");

    assertThat(start.err()).doesNotContain("no compiler");
    assertThat(start.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "generate hi | | true",
        "chat | -Xmx1g | true",
        "--version | | true",
        "bench -n 8 | | false",
        "perplexity x.txt | | false",
        "tokenize --jsonl | | false",
        "generate --tier vector hi | | false",
        "generate --tier=scalar hi | | false",
        "generate hi | -Dpuna.tier=scalar | false",
        "generate hi | -Dpuna.x64.tier=off | false"
      })
  void theSecondCompilerIsLeftOutWhereKernelsAreMachineCode(
      String command, @Nullable String options, boolean leftOut) throws Exception {
    assumeTrue(
        Files.readString(Path.of("/proc/cpuinfo")).contains("avx2"), "needs a processor with AVX2");
    Start start =
        shell(
            environment("PUNA_JAVA_OPTIONS", options == null ? "" : options),
            installed.resolve("puna") + " " + command);
    assertThat(start.out().contains("<-XX:TieredStopAtLevel=1>")).isEqualTo(leftOut);
  }

  @Test
  void whereNothingCanBeWrittenOneLineSaysSo() throws IOException, InterruptedException {
    Path checkout = checkout();
    Files.createDirectories(checkout.resolve("target/puna-build.log"));
    Start start = shell(environment(), "checkout/puna --version");

    assertThat(start.exitCode()).isEqualTo(1);
    assertThat(start.out()).isEmpty();
    assertThat(start.err())
        .isEqualTo(
            "puna: "
                + checkout.resolve("target")
                + " cannot be written; Puna must be built there first.\n");
  }
}
