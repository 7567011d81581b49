package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The real launcher with the real Java, where people run it: bytes in, bytes out. What the
/// launcher does alone is in `LauncherTest`, what the program does alone in `BorderTest`.
class LaunchedTest {
  private static final int BEHIND_SIGNAL = 128; // in the exit codes of shells
  private static final byte[] NOT_UTF8 = {'G', 'r', (byte) 0xFC, (byte) 0xDF, 'e'};

  @TempDir private static Path folder;
  private static Path puna = Path.of("");

  /// What a command printed and how it ended.
  private record Ended(int exitCode, String out, String err) {}

  /// Puna as it is installed: the launcher, and the modules of this build beside it.
  @BeforeAll
  static void install() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs bash at its usual place");
    puna = installIn(Files.createDirectories(folder.resolve("installed")));
    OddModel.write(folder);
  }

  private static Path installIn(Path target) throws IOException {
    Path lib = Files.createDirectories(target.resolve("lib"));
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      boolean isModule =
          path.endsWith("classes")
              || path.getFileName()
                  .toString()
                  .matches("(puna|picocli|jline|jackson|jspecify|jetty|slf4j)-.*");
      if (isModule && !entry.matches(".*[/\\\\](vector[/\\\\]target|puna-vector)[/\\\\].*")) {
        copy(path, lib.resolve(number++ + "-" + path.getFileName()));
      }
    }
    return Files.copy(Path.of("..", "puna"), target.resolve("puna"));
  }

  /// A module of classes must lie in real folders; a link is enough for a jar, and for weights.
  private static void copy(Path module, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(module)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = module.equals(file) ? target : target.resolve(module.relativize(file));
        if (Files.isDirectory(file) || file.toString().endsWith(".class")) {
          Files.copy(file, copy);
        } else {
          Files.createSymbolicLink(copy, file);
        }
      }
    }
  }

  private static Ended shell(Map<String, String> environment, String shell)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", "-c", shell).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PUNA_HOME", System.getProperty("puna.home"));
    builder.environment().putAll(environment);
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process =
        builder
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean hasEnded = process.waitFor(10, TimeUnit.MINUTES);
    if (!hasEnded) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertThat(hasEnded).isTrue();
    return new Ended(
        process.exitValue(),
        new String(Files.readAllBytes(out), StandardCharsets.UTF_8),
        Files.readString(err));
  }

  private static Ended shell(String shell) throws IOException, InterruptedException {
    return shell(Map.of("LC_ALL", "C.UTF-8"), shell);
  }

  private static void assumeThorough() {
    assumeTrue(
        Boolean.getBoolean("puna.test.thorough"),
        "needs -Dpuna.test.thorough=true: each start takes a second");
  }

  @Test
  void withoutALocaleArgumentsAndFilesAreUtf8() throws IOException, InterruptedException {
    Files.copy(folder.resolve("odd.gguf"), folder.resolve("größe.gguf"));
    String right = "puna: \"안녕 größe\" is neither a file";

    Ended missing = shell(Map.of("LC_ALL", "C"), puna + " inspect '안녕 größe'");
    assertThat(missing.err()).startsWith(right);
    Ended found = shell(Map.of(), puna + " inspect größe.gguf");
    assertThat(found.err()).isEmpty();
    assertThat(found.out()).startsWith("größe.gguf\n");
  }

  @Test
  void anArgumentThatIsNoUtf8IsRefused() throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/proc/self/cmdline")), "needs Linux");
    Files.write(folder.resolve("argument"), NOT_UTF8);
    Ended run = shell(puna + " tokenize --ids \"$(cat argument)\"");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "puna: argument 3: not valid UTF-8 at byte 2 (found 0xfc); convert the text to UTF-8"
                + " first\n");
  }

  @Test
  void aResultThatIsWrittenNowhereIsAFailure() throws IOException, InterruptedException {
    Ended closed = shell(puna + " --version >&-");
    assertThat(closed.exitCode()).isEqualTo(1);
    assertThat(closed.err()).contains("standard output cannot be written").hasLineCount(1);
    assumeThorough();
    assertThat(shell(puna + " --version <&- >&-").exitCode()).isEqualTo(1);
    assertThat(shell(puna + " --version <&- >&- 2>&-").exitCode()).isEqualTo(1);
    assertThat(shell(puna + " --version 2>&-"))
        .isEqualTo(shell(puna + " --version"))
        .extracting(Ended::err)
        .isEqualTo("");
  }

  @Test
  void closedInputIsEmpty() throws IOException, InterruptedException {
    assumeThorough();
    assertThat(shell(puna + " tokenize --ids -m odd.gguf <&-"))
        .isEqualTo(shell(puna + " tokenize --ids -m odd.gguf </dev/null"));
  }

  @Test
  void aPipeThatNeverClosesIsNotWaitedFor() throws IOException, InterruptedException {
    assumeThorough();
    String open = "mkfifo pipe; sleep 100 >pipe & ";
    Ended run =
        shell(
            open + puna + " generate --raw -n 1 -m odd.gguf a <pipe; code=$?; kill $!; exit $code");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isNotEmpty();
    String json = " generate --raw -n 0 --json -m odd.gguf ";
    assertThat(ids(shell("(sleep 0.1; echo aa) | " + puna + json + "a")))
        .isEqualTo(ids(shell("printf 'a\\n\\naa' | " + puna + json)));
  }

  private static String ids(Ended run) {
    assertThat(run.exitCode()).isZero();
    return run.out().replaceAll("(?s).*\"prompt_token_ids\":(\\[[^]]*]).*", "$1");
  }

  @ParameterizedTest
  @CsvSource({"fa,IR", "ar,EG", "de,DE", "hi,IN", "tr,TR"})
  void resultsAreTheSameBytesInEveryLocale(String language, String region)
      throws IOException, InterruptedException {
    assumeThorough();
    Files.writeString(folder.resolve("a.txt"), "aaaa");
    String commands =
        "%1$s inspect odd.gguf; %1$s perplexity -m odd.gguf a.txt; %1$s detokenize -m odd.gguf 99999"
            .formatted(puna);
    String options = "-Duser.language=" + language + " -Duser.region=" + region;

    assertThat(shell(Map.of("LC_ALL", "C.UTF-8", "PUNA_JAVA_OPTIONS", options), commands))
        .isEqualTo(shell(commands));
  }

  @Test
  void whatTheMachineSaysIsNoResult() throws IOException, InterruptedException {
    assumeThorough();
    Ended run = shell(Map.of("PUNA_JAVA_OPTIONS", "-XX:+UseParallelGC"), puna + " --version");
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isNotEmpty();
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a#b", "größe", "a%20b", "a;b", "a\nb"})
  void startsInFoldersWithOddNames(String name) throws IOException, InterruptedException {
    assumeThorough();
    Path odd = installIn(Files.createDirectories(folder.resolve(name)));

    assertThat(shell(Map.of("LC_ALL", "C"), "'" + odd + "' --version"))
        .isEqualTo(shell(puna + " --version"));
  }

  @Test
  void dumbTerminalsGetNoEscapeSequence() throws IOException, InterruptedException {
    assumeThorough();
    assumeTrue(shell("command -v script").exitCode() == 0, "needs script of util-linux");
    for (String kind : List.of("dumb", "")) {
      assertThat(onTerminal(kind, "help")).isNotEmpty().doesNotContain("\u001B");
    }
    assertThat(onTerminal("xterm", "help")).contains("\u001B[");
    assertThat(onTerminal("dumb", "generate --help").lines())
        .isNotEmpty()
        .allMatch(line -> line.length() <= 70);
  }

  private static String onTerminal(String kind, String arguments)
      throws IOException, InterruptedException {
    String command = "stty cols 70 rows 24; TERM=" + kind + " " + puna + " " + arguments;
    return shell("script -qec '" + command + "' /dev/null").out().replace("\r", "");
  }

  @Test
  void theModelsTextDoesNotSteerATerminal() throws IOException, InterruptedException {
    assumeThorough();
    assumeTrue(shell("command -v script").exitCode() == 0, "needs script of util-linux");
    String ids = shell("printf '\\e]52;c;cHduZWQ=\\ared' | " + puna + " tokenize --ids").out();
    Ended piped = shell(puna + " detokenize " + ids.strip());
    assertThat(piped.out()).isEqualTo("\u001B]52;c;cHduZWQ=\u0007red\n");
    assertThat(onTerminal("xterm", "detokenize " + ids.strip()))
        .isEqualTo("\\x1b]52;c;cHduZWQ=\\x07red\n");
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143", "HUP,129"})
  void signalsEndItWithTheirCode(String signal, int code) throws IOException, InterruptedException {
    assumeThorough();
    assumeFalse(
        isIgnored(code - BEHIND_SIGNAL),
        () -> "whoever started this check ignores SIG" + signal + ", and so do its children");
    Ended run =
        shell(
            """
            set -m
            %s generate --raw --temperature 0 -n 4000 'Once upon a time' >text &
            until [ -s text ] || ! kill -0 $!; do sleep 0.1; done
            kill -%s $!; wait $!
            """
                .formatted(puna, signal));

    assertThat(run.exitCode()).isEqualTo(code);
    assertThat(folder.resolve("text")).isNotEmptyFile();
    Files.delete(folder.resolve("text"));
  }

  /// Whether this process ignores a signal, as it does where it was started with `nohup`.
  private static boolean isIgnored(int signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    for (String line : Files.exists(status) ? Files.readAllLines(status) : List.<String>of()) {
      if (line.startsWith("SigIgn:")) {
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> (signal - 1) & 1) != 0;
      }
    }
    return false;
  }
}
