package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.ChatOptions;
import puna.FinishReason;
import puna.Llama;
import puna.agent.AgentModel.Reply;
import puna.agent.AgentRun.Ending;
import puna.agent.AgentStep.ModelAnswered;
import puna.chat.ChatMessage;
import puna.chat.ContentPart;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.json.JsonValue.JsonObject;

/// How a run ends when the model does not end its answer, and when a tool breaks the machine.
class AgentEndingsTest {
  private static final AgentTool TIME =
      new AgentTool(Tool.of("get_time", "Tells the time."), _ -> "noon");

  @Test
  void halfACallIsNoAnswer() {
    try (Llama llama = Llama.open("smollm2-135m")) {
      for (int tokens = 1; tokens <= 12; tokens++) {
        LlamaModel model = new LlamaModel(llama, ChatOptions.greedy().withMaxTokens(tokens));
        AgentRun run =
            new Agent(model, List.of(TIME), AgentLimits.defaults())
                .run(List.of(ChatMessage.user("What time is it?")), ToolChoice.required());
        assertThat(run.ending()).as("%s tokens", tokens).isEqualTo(Ending.CUT_OFF);
        assertThat(run.answer()).as("%s tokens", tokens).isEmpty();
        assertThat(run.trace()).hasSize(1);
        ModelAnswered step = (ModelAnswered) run.trace().getFirst();
        assertThat(step.reply().finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(step.message().text()).as("%s tokens", tokens).isNotEmpty();
      }
    }
  }

  @Test
  void whatStandsBeforeHalfACallIsTheAnswer() {
    ChatMessage message =
        ChatMessage.of(
            ChatMessage.Role.ASSISTANT,
            List.of(
                new ContentPart.Reasoning("the clock knows"),
                new ContentPart.Text("I will look.\n<tool_call>{\"na")));
    AgentRun run = run(new Reply(message, 7, FinishReason.LENGTH, Optional.of("<tool_call>{\"na")));
    assertThat(run.ending()).isEqualTo(Ending.CUT_OFF);
    assertThat(run.answer()).isEqualTo("I will look.");
    ModelAnswered step = (ModelAnswered) run.trace().getFirst();
    assertThat(step.message().text()).endsWith("{\"na");
    assertThat(step.reply().cutCall()).contains("<tool_call>{\"na");
    assertThat(step.reasoning()).contains("the clock knows");
  }

  @Test
  void callsOfAnAnswerThatWasCutOffAreNotMade() {
    ChatMessage message =
        ChatMessage.assistant("", List.of(ToolCall.of("1", "get_time", new JsonObject(Map.of()))));
    AgentRun run = run(new Reply(message, 7, FinishReason.CONTEXT_FULL, Optional.empty()));
    assertThat(run.ending()).isEqualTo(Ending.CUT_OFF);
    assertThat(run.trace()).hasSize(1);
  }

  @Test
  void reasoningAloneIsNoAnswer() {
    ChatMessage message =
        ChatMessage.of(
            ChatMessage.Role.ASSISTANT, List.of(new ContentPart.Reasoning("hm, what now")));
    AgentRun run = run(new Reply(message, 7, FinishReason.REASONING_ONLY, Optional.empty()));
    assertThat(run.ending()).isEqualTo(Ending.REASONING_ONLY);
    assertThat(run.answer()).isEmpty();
    assertThat(((ModelAnswered) run.trace().getFirst()).reasoning()).contains("hm, what now");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        OutOfMemoryError.class,
        StackOverflowError.class,
        InternalError.class,
        NoClassDefFoundError.class
      })
  void errorsOfTheMachineEndTheRun(Class<? extends Error> kind)
      throws ReflectiveOperationException {
    Error error = kind.getDeclaredConstructor().newInstance();
    AgentTool broken =
        new AgentTool(
            Tool.of("get_time", ""),
            _ -> {
              throw error;
            });
    ScriptedModel model =
        new ScriptedModel(
            ChatMessage.assistant(
                "", List.of(ToolCall.of("1", "get_time", new JsonObject(Map.of())))));
    Agent agent = new Agent(model, List.of(broken), AgentLimits.defaults());
    assertThatThrownBy(() -> agent.run("go")).isSameAs(error);
  }

  private static AgentRun run(Reply reply) {
    AgentModel model = (_, _, _) -> reply;
    return new Agent(model, List.of(TIME), AgentLimits.defaults()).run("What time is it?");
  }
}
