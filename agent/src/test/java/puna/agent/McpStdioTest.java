package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.agent.AgentStep.ToolCalled;
import puna.agent.ToolOutcome.Failed;
import puna.agent.ToolOutcome.Failure;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Servers that run as processes, and what they do wrong. The time of a request is long, so that a
/// test that waits for its end fails by its own time.
@Timeout(600)
class McpStdioTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir private Path folder;

  @Test
  void aMissingCommandIsToldAtOnce() {
    assertThatThrownBy(() -> McpTools.start(List.of("no-such-command-puna", "-x"), LONG))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("no-such-command-puna")
        .hasMessageContaining("cannot be run");
  }

  @Test
  void aMissingFolderIsToldAtOnce() {
    McpServer server = server().withFolder(folder.resolve("nowhere"));
    assertThatThrownBy(() -> McpTools.connect(server))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void anExitAtStartIsToldAtOnceWithCodeAndLastWords() {
    assertThatThrownBy(() -> McpTools.connect(server("exit-at-start")))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining(McpTestServer.java())
        .hasMessageContaining("exit code 1")
        .hasMessageContaining("missing API_KEY");
  }

  @Test
  void anUnknownVersionOfTheProtocolIsTold() {
    assertThatThrownBy(() -> McpTools.connect(server("future-protocol")))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("2099-01-01")
        .hasMessageContaining("2025-11-25");
  }

  @Test
  void theSecondsWaitedAreTold() {
    McpServer server = server("deaf").withTimeout(Duration.ofMillis(1500));
    assertThatThrownBy(() -> McpTools.connect(server))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("did not answer initialize within 1.5 s");
  }

  @Test
  void anExitThatIsExplainedOnTheWrongStreamIsToldToo() {
    assertThatThrownBy(() -> McpTools.connect(server("says-why")))
        .hasMessageContaining("exit code 2")
        .hasMessageContaining("Usage: server KEY");
  }

  @Test
  void aClosedInputIsTold() {
    try (McpTools tools = McpTools.connect(server("closes-input"))) {
      assertThatThrownBy(() -> call(tools, "echo"))
          .hasMessageContaining("has closed its standard input");
    }
  }

  @Test
  void halfAnAnswerIsToldByHowItEnded() {
    try (McpTools tools = McpTools.connect(server())) {
      assertThatThrownBy(() -> call(tools, "half")).hasMessageContaining("exit code 4");
    }
  }

  @Test
  void aClosedOutputIsTold() {
    assertThatThrownBy(() -> McpTools.connect(server("closes-output")))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("has closed its standard output");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "noise",
        "stderr",
        "pages",
        "notifications",
        "asks-back",
        "old-protocol",
        "slow-start"
      })
  void oddServersAreUsed(String behaviour) throws InterruptedException {
    try (McpTools tools = McpTools.connect(server(behaviour))) {
      assertThat(tools.tools()).hasSize(15);
      assertThat(call(tools, "echo", "words", "aloha é")).isEqualTo("{words=aloha é}");
    }
  }

  @Test
  void aServersQuestionsAreAnswered() throws InterruptedException {
    try (McpTools tools = McpTools.connect(server("asks-back"))) {
      assertThat(call(tools, "heard"))
          .contains("{\"jsonrpc\":\"2.0\",\"id\":\"ping-1\",\"result\":{}}")
          .contains("\"id\":7,\"error\":{\"code\":-32601");
    }
  }

  @Test
  void aServerWithoutToolsHasNone() {
    try (McpTools tools = McpTools.connect(server("no-tools"))) {
      assertThat(tools.tools()).isEmpty();
      assertThat(tools.instructions()).contains("Use these with care.");
    }
  }

  @Test
  void aCrashFailsThisCallAndLaterOnesAtOnce() {
    try (McpTools tools = McpTools.connect(server())) {
      for (String tool : List.of("crash", "echo")) {
        assertThat(outcome(tools, tool, AgentLimits.defaults()))
            .isInstanceOfSatisfying(
                Failed.class,
                failed -> {
                  assertThat(failed.failure()).isEqualTo(Failure.BROKEN);
                  assertThat(failed.message()).contains("exit code 3", "out of luck");
                });
      }
      assertThat(tools.tools()).hasSize(15);
    }
  }

  @Test
  void aCrashedServerIsStartedAnewByOption() throws InterruptedException {
    try (McpTools tools = McpTools.connect(server().withRestarts(1))) {
      assertThatThrownBy(() -> call(tools, "crash")).hasMessageContaining("exit code 3");
      assertThat(call(tools, "echo", "words", "again")).isEqualTo("{words=again}");
      assertThatThrownBy(() -> call(tools, "crash")).hasMessageContaining("exit code 3");
      assertThatThrownBy(() -> call(tools, "echo")).hasMessageContaining("exit code 3");
    }
  }

  @Test
  void aHangingCallTimesOutInPlainWords() throws InterruptedException {
    long seconds = secondsToBegin();
    McpServer impatient = server().withTimeout(Duration.ofSeconds(seconds));
    try (McpTools tools = McpTools.connect(impatient)) {
      assertThat(outcome(tools, "hang", AgentLimits.defaults()))
          .isEqualTo(
              new Failed(
                  Failure.TIMED_OUT,
                  "the MCP server did not answer tools/call within %s s".formatted(seconds)));
      assertThat(call(tools, "cancelled")).matches("\\[\\d+]");
    }
  }

  @Test
  void aCallThatIsInterruptedIsCancelled() throws InterruptedException {
    try (McpTools tools = McpTools.connect(server())) {
      AgentLimits limits = AgentLimits.defaults().withTime(Duration.ofSeconds(3));
      assertThat(outcome(tools, "hang", limits))
          .isInstanceOfSatisfying(
              Failed.class, failed -> assertThat(failed.failure()).isEqualTo(Failure.TIMED_OUT));
      assertThat(until(() -> call(tools, "cancelled"), "[3]")).isEqualTo("[3]");
    }
  }

  @Test
  void endlessNotificationsEndTheConnection() {
    try (McpTools tools = McpTools.connect(server())) {
      assertThatThrownBy(() -> call(tools, "flood"))
          .hasMessageContaining("floods: more than 100000 messages");
      assertThatThrownBy(() -> call(tools, "echo")).hasMessageContaining("floods");
    }
  }

  @Test
  void aLineWithoutEndEndsTheConnection() {
    try (McpTools tools = McpTools.connect(server())) {
      assertThatThrownBy(() -> call(tools, "line"))
          .hasMessageContaining("a line of more than 64 MiB without an end");
    }
  }

  @Test
  void aLargeResultIsRead() throws InterruptedException {
    try (McpTools tools = McpTools.connect(server())) {
      assertThat(call(tools, "huge")).hasSize(20_000_000);
    }
  }

  @Test
  void answersThatCannotBeReadFailTheirCallAtOnce() throws InterruptedException {
    try (McpTools tools = McpTools.connect(server())) {
      assertThatThrownBy(() -> call(tools, "unreadable")).hasMessageContaining("cannot be read");
      assertThatThrownBy(() -> call(tools, "nothing")).hasMessageContaining("neither a result");
      assertThat(call(tools, "wrong_id")).isEmpty();
    }
  }

  @Test
  void theListIsFreshAfterItChanged() throws InterruptedException {
    try (McpTools tools = McpTools.connect(server())) {
      List<AgentTool> before = tools.tools();
      assertThat(tools.tools()).isSameAs(before);
      assertThat(call(tools, "grow")).isEqualTo("lists so far: 1");
      assertThat(tools.tools()).hasSize(before.size() + 1);
      assertThat(call(tools, "grown")).isEqualTo("I am new");
    }
  }

  @Test
  void aServerGetsFewVariablesAndTheFolderItIsGiven() throws InterruptedException {
    String secret =
        System.getenv().keySet().stream()
            .filter(name -> !ServerProcess.SHARED.contains(name) && !name.startsWith("_"))
            .findFirst()
            .orElse("");
    McpServer server =
        McpServer.stdio(McpTestServer.command())
            .withFolder(folder)
            .withEnvironment(Map.of("PUNA_TEST", "given"));
    try (McpTools tools = McpTools.connect(server)) {
      String where = call(tools, "where");
      assertThat(where).startsWith(folder.toAbsolutePath().toString()).endsWith(" given");
      assertThat(where.replace("PUNA_TEST", "")).contains("PATH");
      if (!secret.isEmpty()) {
        assertThat(where).doesNotContain(secret + ",").doesNotContain(secret + "]");
        try (McpTools told = McpTools.connect(server.withInherited(secret, "NO_SUCH_VARIABLE"))) {
          assertThat(call(told, "where")).contains(secret).doesNotContain("NO_SUCH_VARIABLE");
        }
      }
    }
  }

  @Test
  void twoServersLiveTogetherByPrefixAndAreNamedWithoutOne() throws InterruptedException {
    try (McpTools first = McpTools.connect(server().withPrefix("one_"));
        McpTools second = McpTools.connect(server("pages"))) {
      assertThat(call(first, "one_echo", "words", "x")).isEqualTo("{words=x}");
      List<AgentTool> both = new java.util.ArrayList<>(first.tools());
      both.addAll(second.tools());
      assertThat(new Agent(new ScriptedModel(), both, AgentLimits.defaults()).tools()).hasSize(30);
      assertThatThrownBy(
              () -> {
                List<AgentTool> same = new java.util.ArrayList<>(second.tools());
                same.addAll(second.tools());
                new Agent(new ScriptedModel(), same, AgentLimits.defaults());
              })
          .hasMessageContaining("\"echo\" twice: from the MCP server " + McpTestServer.java())
          .hasMessageContaining("withPrefix");
    }
  }

  @Test
  void closingEndsProcessesWithTheirChildren() throws InterruptedException {
    List<ProcessHandle> started;
    try (McpTools _ = McpTools.connect(server("child", "stubborn"))) {
      started = ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList();
      assertThat(started).hasSizeGreaterThanOrEqualTo(2);
    }
    // one that was killed is there until the system has taken note; by themselves they go on longer
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (started.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertThat(started).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void closingTwiceAndCallingAfterwardsIsToldNotHung() {
    McpTools tools = McpTools.connect(server());
    tools.close();
    tools.close();
    assertThatThrownBy(() -> call(tools, "echo")).hasMessageContaining("was closed");
    assertThat(tools.tools()).hasSize(15);
  }

  @Test
  void anInterruptWhileOpeningIsNoted() throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .start(() ->
                assertThatThrownBy(() -> McpTools.connect(server("deaf")))
                    .isInstanceOf(puna.error.AnswerInterruptedException.class));
    Thread.sleep(300);
    thread.interrupt();
    assertThat(thread.join(Duration.ofMinutes(2))).isTrue();
  }

  @Test
  void programsOfWindowsAreFoundByTheirShortNames() throws java.io.IOException {
    Path npx = java.nio.file.Files.createFile(folder.resolve("npx.cmd"));
    List<String> folders = List.of("", folder + File.separator + "none", folder.toString());
    List<String> endings = List.of(".EXE", ".CMD");
    assertThat(ServerProcess.program("npx", folders, endings)).isEqualTo(npx.toString());
    assertThat(ServerProcess.program("npm", folders, endings)).isEqualTo("npm");
    assertThat(ServerProcess.program("npx.exe", folders, endings)).isEqualTo("npx.exe");
  }

  private static McpServer server(String... behaviours) {
    return McpServer.stdio(McpTestServer.command(behaviours)).withTimeout(LONG);
  }

  /// In which a server begins and answers on this machine, with much to spare.
  private static long secondsToBegin() {
    long start = System.nanoTime();
    McpTools.connect(server()).close();
    return 6 + 5 * Duration.ofNanos(System.nanoTime() - start).toSeconds();
  }

  private static String until(Callable<String> asked, String wanted) {
    String last = "";
    for (int i = 0; i < 3000 && !last.equals(wanted); i++) {
      try {
        last = asked.call();
        Thread.sleep(20);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return last;
  }

  private static String call(McpTools tools, String name, String... arguments)
      throws InterruptedException {
    Map<String, JsonValue> members =
        arguments.length == 0 ? Map.of() : Map.of(arguments[0], new JsonString(arguments[1]));
    return tools.tools().stream()
        .filter(tool -> tool.tool().name().equals(name))
        .findFirst()
        .orElseThrow()
        .function()
        .call(new JsonObject(members));
  }

  private static ToolOutcome outcome(McpTools tools, String name, AgentLimits limits) {
    ScriptedModel model =
        new ScriptedModel(
            ChatMessage.assistant("", List.of(ToolCall.of("1", name, new JsonObject(Map.of())))),
            ChatMessage.assistant("done"));
    AgentRun run = new Agent(model, tools.tools(), limits).run("go");
    return ((ToolCalled) run.trace().get(1)).outcome();
  }
}
