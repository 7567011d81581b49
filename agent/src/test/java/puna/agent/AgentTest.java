package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import puna.agent.AgentRun.Ending;
import puna.agent.AgentStep.ModelAnswered;
import puna.agent.AgentStep.ToolCalled;
import puna.agent.ToolOutcome.Answered;
import puna.agent.ToolOutcome.Failed;
import puna.agent.ToolOutcome.Failure;
import puna.chat.ChatMessage;
import puna.chat.ChatMessage.Role;
import puna.chat.ContentPart;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

class AgentTest {
  record Sum(int first, int second) {}

  private static final AgentTool ADD =
      AgentTool.of("add", "Adds two numbers.", Sum.class, sum -> sum.first() + sum.second());

  @Test
  void callsToolsUntilTheModelAnswers() {
    ScriptedModel model =
        new ScriptedModel(
            calls(call("1", "add", numbers(2, 3)), call("2", "add", numbers(4, 5))),
            says("5 and 9"));
    AgentRun run = new Agent(model, List.of(ADD), AgentLimits.defaults()).run("2+3 and 4+5?");
    assertThat(run.ending()).isEqualTo(Ending.ANSWERED);
    assertThat(run.answer()).isEqualTo("5 and 9");
    assertThat(run.messages())
        .extracting(ChatMessage::role)
        .containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL, Role.TOOL, Role.ASSISTANT);
    assertThat(run.messages())
        .filteredOn(message -> message.role() == Role.TOOL)
        .extracting(message -> message.toolResult().orElseThrow())
        .extracting(
            ContentPart.Result::callId, ContentPart.Result::toolName, ContentPart.Result::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Optional.of("1"), Optional.of("add"), "5"),
            org.assertj.core.groups.Tuple.tuple(Optional.of("2"), Optional.of("add"), "9"));
    assertThat(run.trace())
        .hasExactlyElementsOfTypes(
            ModelAnswered.class, ToolCalled.class, ToolCalled.class, ModelAnswered.class);
    assertThat(model.asked().get(1)).isEqualTo(run.messages().subList(0, 4));
  }

  @Test
  void asksForToolsAsToldInTheFirstAnswerOnly() {
    ScriptedModel model = new ScriptedModel(calls(call("1", "add", numbers(2, 3))), says("5"));
    Agent agent = new Agent(model, List.of(ADD), AgentLimits.defaults());
    agent.run(List.of(ChatMessage.user("2+3?")), ToolChoice.required());
    assertThat(model.choices()).containsExactly(ToolChoice.required(), ToolChoice.auto());
  }

  @Test
  void tellsTheModelWhatAToolCannotDo() {
    AgentTool broken =
        new AgentTool(
            puna.chat.Tool.of("broken", ""),
            arguments -> {
              throw new IllegalStateException("out of order");
            });
    AgentTool refusing =
        new AgentTool(
            puna.chat.Tool.of("refusing", ""),
            arguments -> {
              throw new ToolException("not on Sundays");
            });
    assertThat(outcome(ADD, call("1", "subtract", numbers(1, 1))))
        .isEqualTo(
            new Failed(Failure.UNKNOWN_TOOL, "there is no tool \"subtract\"; the tools are [add]"));
    assertThat(((Failed) outcome(ADD, call("1", "add", Map.of()))).failure())
        .isEqualTo(Failure.INVALID_ARGUMENTS);
    assertThat(
            ((Failed) outcome(ADD, call("1", "add", Map.of("first", new JsonString("x")))))
                .failure())
        .isEqualTo(Failure.INVALID_ARGUMENTS);
    assertThat(outcome(broken, call("1", "broken", Map.of())))
        .isEqualTo(new Failed(Failure.BROKEN, "out of order"));
    assertThat(outcome(refusing, call("1", "refusing", Map.of())))
        .isEqualTo(new Failed(Failure.REFUSED, "not on Sundays"));
    assertThat(new Failed(Failure.REFUSED, "not \"now\"").forModel())
        .isEqualTo("{\"error\":\"refused\",\"message\":\"not \\\"now\\\"\"}");
  }

  @Test
  void endsAfterItsSteps() {
    ScriptedModel model =
        new ScriptedModel(
            calls(call("1", "add", numbers(1, 1))), calls(call("2", "add", numbers(2, 2))));
    AgentRun run = new Agent(model, List.of(ADD), AgentLimits.defaults().withSteps(2)).run("count");
    assertThat(run.ending()).isEqualTo(Ending.STEPS_USED_UP);
    assertThat(run.answer()).isEmpty();
    assertThat(run.trace()).hasSize(4);
  }

  @Test
  void endsWhenItsTokensAreUsedUp() {
    ScriptedModel model =
        new ScriptedModel(calls(call("1", "add", numbers(1, 1))), says("never asked"));
    AgentLimits limits = AgentLimits.defaults().withOutputTokens(ScriptedModel.TOKENS);
    AgentRun run = new Agent(model, List.of(ADD), limits).run("count");
    assertThat(run.ending()).isEqualTo(Ending.OUTPUT_USED_UP);
    assertThat(model.asked()).hasSize(1);
    assertThat(model.budgets()).containsExactly(ScriptedModel.TOKENS);
  }

  @Test
  void interruptsAToolThatTakesTooLong() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    AgentTool slow =
        new AgentTool(
            puna.chat.Tool.of("slow", ""),
            arguments -> {
              try {
                Thread.sleep(Duration.ofMinutes(10));
                return "done";
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
            });
    ScriptedModel model = new ScriptedModel(calls(call("1", "slow", Map.of())), says("late"));
    AgentLimits limits = AgentLimits.defaults().withTime(Duration.ofSeconds(2));
    AgentRun run = new Agent(model, List.of(slow), limits).run("wait");
    assertThat(run.ending()).isEqualTo(Ending.TIME_USED_UP);
    assertThat(((ToolCalled) run.trace().get(1)).outcome())
        .isEqualTo(new Failed(Failure.TIMED_OUT, "no time is left for this tool"));
    interrupted.await();
  }

  @Test
  void cutsLongAnswersOfTools() {
    AgentTool chatty = new AgentTool(puna.chat.Tool.of("chatty", ""), arguments -> "x".repeat(100));
    ScriptedModel model = new ScriptedModel(calls(call("1", "chatty", Map.of())), says("ok"));
    AgentLimits limits = AgentLimits.defaults().withToolCharacters(10);
    AgentRun run = new Agent(model, List.of(chatty), limits).run("talk");
    assertThat(run.messages().get(2).text())
        .isEqualTo("xxxxxxxxxx… (cut after 10 of 100 characters)");
  }

  @Test
  void cutsBetweenCharactersAndReadsNullAsText() {
    AgentTool smiling = new AgentTool(puna.chat.Tool.of("smiling", ""), arguments -> "x😀😀😀");
    AgentTool silent = new AgentTool(puna.chat.Tool.of("silent", ""), arguments -> nothing());
    ScriptedModel model =
        new ScriptedModel(
            calls(call("1", "smiling", Map.of()), call("2", "silent", Map.of())), says("ok"));
    AgentLimits limits = AgentLimits.defaults().withToolCharacters(4);
    AgentRun run = new Agent(model, List.of(smiling, silent), limits).run("talk");
    assertThat(run.messages().get(2).text()).isEqualTo("x😀… (cut after 4 of 7 characters)");
    assertThat(run.messages().get(3).text()).isEqualTo("null");
  }

  @SuppressWarnings("NullAway") // what code without such checks may do
  private static String nothing() {
    return null;
  }

  @Test
  void refusesImpossibleLimitsAndToolsOfOneName() {
    assertThatThrownBy(() -> AgentLimits.defaults().withSteps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps must be 1 or more, found 0");
    assertThatThrownBy(() -> AgentLimits.defaults().withTime(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new Agent(new ScriptedModel(), List.of(ADD, ADD), AgentLimits.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"add\" twice");
  }

  private static ToolOutcome outcome(AgentTool tool, ToolCall call) {
    ScriptedModel model = new ScriptedModel(calls(call), says("well"));
    AgentRun run = new Agent(model, List.of(tool), AgentLimits.defaults()).run("try");
    ToolOutcome outcome = ((ToolCalled) run.trace().get(1)).outcome();
    assertThat(run.ending()).isEqualTo(Ending.ANSWERED);
    assertThat(outcome).isNotInstanceOf(Answered.class);
    return outcome;
  }

  private static ChatMessage says(String text) {
    return ChatMessage.assistant(text);
  }

  private static ChatMessage calls(ToolCall... calls) {
    return ChatMessage.assistant("", List.of(calls));
  }

  private static ToolCall call(String id, String tool, Map<String, JsonValue> arguments) {
    return ToolCall.of(id, tool, new JsonObject(arguments));
  }

  private static Map<String, JsonValue> numbers(int first, int second) {
    return Map.of("first", JsonNumber.of(first), "second", JsonNumber.of(second));
  }
}
