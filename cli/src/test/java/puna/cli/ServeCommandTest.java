package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import puna.cli.command.UsageException;

@Timeout(900)
class ServeCommandTest {
  @TempDir Path folder;

  @Test
  void takesOptionsFromAFile() throws IOException {
    Path file =
        config(
            """
            {"port": 8081, "model": ["a.gguf", "b=c.gguf"], "alias": "x", "no-preload": true,
             "without-keys": false, "memory": "12G"}\
            """);
    assertThat(complete(Map.of(), "--config", file.toString()))
        .containsExactly(
            "serve",
            "--port=8081",
            "--model=a.gguf",
            "--model=b=c.gguf",
            "--alias=x",
            "--no-preload",
            "--memory=12G",
            "--config",
            file.toString());
    assertThat(complete(Map.of("PUNA_SERVE_CONFIG", file.toString()))).contains("--port=8081");
    assertThat(complete(Map.of(), "--config=" + file)).contains("--port=8081");
  }

  @Test
  void takesOptionsFromTheEnvironment() {
    assertThat(
            complete(
                Map.of(
                    "PUNA_SERVE_API_KEY_FILE", "keys",
                    "PUNA_SERVE_NO_PRELOAD", "1",
                    "PUNA_SERVE_WITHOUT_KEYS", "false")))
        .containsExactlyInAnyOrder("serve", "--api-key-file=keys", "--no-preload");
  }

  @Test
  void theCommandLineComesBeforeTheEnvironmentAndThatBeforeTheFile() throws IOException {
    String file =
        config("{\"port\": 1, \"host\": \"file\", \"threads\": 1, \"context\": 7}").toString();
    Map<String, String> environment = Map.of("PUNA_SERVE_PORT", "2", "PUNA_SERVE_HOST", "variable");
    assertThat(complete(environment, "--config", file, "--port", "3", "-to", "5", "-ctk", "f16"))
        .containsExactlyInAnyOrder(
            "serve",
            "--host=variable",
            "--threads=1",
            "--context=7",
            "--config",
            file,
            "--port",
            "3",
            "-to",
            "5",
            "-ctk",
            "f16");
    for (String given : List.of("-c9", "-c=9", "--context=9")) {
      assertThat(complete(Map.of(), "--config", file, given)).doesNotContain("--context=7");
    }
    assertThat(complete(Map.of(), "--config", file, "-m", "a")).contains("--context=7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"prot": 1}            | there is no option --prot, which the configuration names
          {"m": "a.gguf"}        | there is no option --m
          {"port": true}         | --port: the configuration must give it a text or a number
          {"port": [1]}          | --port: the configuration must give it a text or a number
          {"model": [null]}      | --model: the configuration must give it a text or a number, or an array
          {"no-preload": 1}      | --no-preload: the configuration must give it true or false
          {"no-preload": "yes"}  | --no-preload must be true or false, found 'yes'
          {"port": "x"}          | --port
          {"port": 70000}        | --port must be from 0 to 65535, found 70000
          {"memory": "1X"}       | --memory
          """)
  void saysWhatIsWrongInAFile(String content, String message) throws IOException {
    CommandRun run = CommandRun.of("serve", "--config", config(content).toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    CommandRun list = CommandRun.of("serve", "--config", config("[]").toString());
    assertThat(list.exitCode()).isEqualTo(1);
    assertThat(list.err()).contains("serve.json: must be a JSON object");
    CommandRun broken = CommandRun.of("serve", "--config", config("{\"port\"").toString());
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.err()).contains("serve.json");
    CommandRun missing = CommandRun.of("serve", "--config", folder.resolve("none").toString());
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("cannot read " + folder.resolve("none"));
  }

  @Test
  void saysWhatIsWrongInTheEnvironment() {
    assertThatThrownBy(() -> complete(Map.of("PUNA_SERVE_PROT", "1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("there is no option --prot, which the variable PUNA_SERVE_PROT names");
    assertThatThrownBy(() -> complete(Map.of("PUNA_SERVE_NO_PRELOAD", "maybe")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--no-preload must be true or false, found 'maybe'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --host 0.0.0.0                    | 2 | give keys (--api-key-file)
          --host ::                         | 2 | or say that nobody needs one (--without-keys)
          --host no.such.host.invalid       | 1 | no.such.host.invalid: there is no such address
          --ssl-cert-file a                 | 2 | --ssl-cert-file and --ssl-key-file go together
          --ssl-cert-file a --ssl-key-file b| 1 | a: there is no such file
          --api-key-file none               | 1 | --api-key-file none: there is no such file
          --models-dir none                 | 1 | --models-dir none: there is no such folder
          -m a.gguf -m x/a.gguf             | 2 | two models would be served as a; name them apart
          --alias a*b*c                     | 2 | must be a name with at most one *, found 'a*b*c'
          --alias x=y                       | 2 | no model is served as x
          -m no-such-model --port 0         | 1 | no-such-model
          --port -1                         | 2 | --port
          --max-requests 0                  | 2 | --max-requests
          """)
  void refusesWhatCannotBeMeant(String arguments, int code, String message) {
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(List.of(arguments.split(" ")));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertThat(run.err()).contains(message);
    assertThat(run.exitCode()).isEqualTo(code);
  }

  @Test
  void saysThatThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CommandRun run = CommandRun.of("serve", "--port", Integer.toString(taken.getLocalPort()));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .startsWith("puna: cannot listen at 127.0.0.1:%s: ".formatted(taken.getLocalPort()));
    }
  }

  @Test
  void namesNoKeyWhenAKeyFileIsWrong() throws IOException {
    Path keys = Files.writeString(folder.resolve("keys"), "secret rate=x\n");
    CommandRun run = CommandRun.of("serve", "--api-key-file", keys.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains(keys.toString()).doesNotContain("secret");
  }

  @Test
  void theCurlLineOfTheFirstScreenWorksAndSigtermEndsIt() throws Exception {
    assumeTrue(has("curl"), "needs curl");
    Process puna = ProcessTest.launch(List.of(), "serve", "--port", "0", "-m", NAMED, "-c", "256");
    try (BufferedReader err = puna.errorReader(StandardCharsets.UTF_8)) {
      List<String> screen = new ArrayList<>();
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        screen.add(line);
        if (line.contains("Ctrl-C")) {
          break;
        }
      }
      assertThat(screen).anyMatch(line -> line.matches("  it's \"mine\": 13[0-9] M param.*256"));
      assertThat(screen)
          .anyMatch(line -> line.matches("  in a browser: +http://127.0.0.1:[0-9]+/"));
      String curl =
          screen.stream().filter(line -> line.startsWith("  curl ")).findFirst().orElseThrow();
      Process shell = new ProcessBuilder("bash", "-c", curl + " -s --max-time 300").start();
      String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(shell.waitFor()).isZero();
      assertThat(answer).contains("\"choices\":", "\"role\":\"assistant\"");
      assertThat(err.readLine()).contains("POST /v1/chat/completions 200");
      puna.destroy(); // SIGTERM
      assertThat(puna.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(puna.exitValue()).isEqualTo(143);
    } finally {
      puna.destroyForcibly();
    }
  }

  private static final String NAMED = "it's \"mine\"=smollm2-135m";

  private static boolean has(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Path config(String content) throws IOException {
    return Files.writeString(folder.resolve("serve.json"), content);
  }

  private static String[] complete(Map<String, String> environment, String... given) {
    CommandSpec command = new CommandLine(new ServeCommand(CommandRun.console())).getCommandSpec();
    List<String> arguments = new ArrayList<>(List.of("serve"));
    arguments.addAll(List.of(given));
    return ServeArguments.complete(command, arguments.toArray(String[]::new), environment);
  }
}
