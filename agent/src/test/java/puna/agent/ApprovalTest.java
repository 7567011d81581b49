package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import puna.agent.AgentRun.Ending;
import puna.agent.AgentStep.ToolCalled;
import puna.agent.ToolHints.Effect;
import puna.agent.ToolOutcome.Answered;
import puna.agent.ToolOutcome.Failed;
import puna.agent.ToolOutcome.Failure;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.error.AnswerInterruptedException;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// Somebody is asked before a tool runs.
class ApprovalTest {
  record Text(String text) {}

  private final List<String> written = new ArrayList<>();
  private final AgentTool write =
      AgentTool.of("write", "Writes.", Text.class, text -> written.add(text.text()))
          .withHints(ToolHints.none().withTitle("Write it").withEffect(Effect.ADDS));

  @Test
  void theToolRunsWhereItIsApproved() {
    List<String> seen = new ArrayList<>();
    AgentRun run =
        agent(call("1", "a"))
            .withApproval((tool, call) -> {
              seen.add(tool.title() + " " + tool.hints().effect() + " " + call.arguments());
              return Decision.approve();
            })
            .run("go");
    assertThat(written).containsExactly("a");
    assertThat(seen).containsExactly("Write it ADDS " + call("1", "a").arguments());
    assertThat(step(run, 1).decision()).contains(Decision.approve());
    assertThat(step(run, 1).outcome()).isEqualTo(new Answered("true"));
  }

  @Test
  void theModelReadsWhyItIsRefused() {
    AgentRun run =
        agent(call("1", "a")).withApproval((_, _) -> Decision.refuse("not today")).run("go");
    assertThat(written).isEmpty();
    assertThat(run.ending()).isEqualTo(Ending.ANSWERED);
    assertThat(run.messages().get(2).text())
        .isEqualTo("{\"error\":\"refused\",\"message\":\"not today\"}");
    assertThat(step(run, 1).decision()).contains(Decision.refuse("not today"));
    assertThat(step(run, 1).outcome()).isEqualTo(new Failed(Failure.REFUSED, "not today"));
  }

  @Test
  void changedArgumentsAreCheckedLikeAnyOthers() {
    JsonObject other = call("1", "b").arguments();
    AgentRun run =
        agent(call("1", "a")).withApproval((_, _) -> Decision.withArguments(other)).run("go");
    assertThat(written).containsExactly("b");
    assertThat(step(run, 1).call()).isEqualTo(call("1", "a"));
    assertThat(step(run, 1).decision()).contains(Decision.withArguments(other));

    JsonObject wrong = new JsonObject(Map.of("text", JsonValue.JsonNumber.of(1)));
    run = agent(call("1", "a")).withApproval((_, _) -> Decision.withArguments(wrong)).run("go");
    assertThat(step(run, 1).outcome())
        .isEqualTo(new Failed(Failure.INVALID_ARGUMENTS, "$.text: expected a string, found 1"));
  }

  @Test
  void severalCallsAreAskedAboutOneAfterTheOther() {
    List<String> order = new ArrayList<>();
    AgentRun run =
        agent(call("1", "a"), call("2", "b"), call("3", "c"))
            .withApproval((_, call) -> {
              order.add(call.id().orElseThrow() + written);
              return call.id().equals(Optional.of("2"))
                  ? Decision.refuse("no")
                  : Decision.approve();
            })
            .run("go");
    assertThat(order).containsExactly("1[]", "2[a]", "3[a]");
    assertThat(written).containsExactly("a", "c");
    assertThat(run.trace()).hasSize(5);
  }

  @Test
  void nobodyIsAskedAboutAToolThatDoesNotExist() {
    AgentRun run =
        agent(ToolCall.of("1", "other", new JsonObject(Map.of())))
            .withApproval((_, _) -> {
              throw new AssertionError("asked");
            })
            .run("go");
    assertThat(((Failed) step(run, 1).outcome()).failure()).isEqualTo(Failure.UNKNOWN_TOOL);
    assertThat(step(run, 1).decision()).isEmpty();
  }

  @Test
  void peopleMayTakeTheirTime() {
    AgentLimits limits = AgentLimits.defaults().withTime(Duration.ofSeconds(3));
    AgentRun run =
        agent(limits, call("1", "a"))
            .withApproval((_, _) -> {
              Thread.sleep(3500);
              return Decision.approve();
            })
            .run("go");
    assertThat(run.ending()).isEqualTo(Ending.ANSWERED);
    assertThat(written).containsExactly("a");
  }

  @Test
  void waitingCountsWhereItIsWanted() throws InterruptedException {
    CountDownLatch interrupted = new CountDownLatch(1);
    AgentLimits limits = AgentLimits.defaults().withTime(Duration.ofSeconds(2));
    AgentRun run =
        agent(limits, call("1", "a"))
            .withWaiting(Agent.Waiting.COUNTED)
            .withApproval((_, _) -> {
              try {
                Thread.sleep(Duration.ofMinutes(10));
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return Decision.approve();
            })
            .run("go");
    assertThat(run.ending()).isEqualTo(Ending.TIME_USED_UP);
    assertThat(written).isEmpty();
    assertThat(step(run, 1).decision()).isEmpty();
    assertThat(((Failed) step(run, 1).outcome()).failure()).isEqualTo(Failure.TIMED_OUT);
    interrupted.await();
  }

  @Test
  void withoutADecisionNothingRuns() {
    Agent agent = agent(call("1", "a"));
    assertThatThrownBy(() ->
            agent
                .withApproval((_, _) -> {
                  throw new IllegalStateException("the window is closed");
                })
                .run("go"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the window is closed");
    assertThatThrownBy(() ->
            agent(call("1", "a"))
                .withApproval((_, _) -> {
                  throw new InterruptedException();
                })
                .run("go"))
        .isInstanceOf(AnswerInterruptedException.class);
    assertThatThrownBy(() -> agent(call("1", "a")).withApproval((_, _) -> nothing()).run("go"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("an approver must decide, found null");
    assertThat(written).isEmpty();
  }

  @Test
  void anInterruptEndsTheWaiting() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    List<Throwable> thrown = new ArrayList<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                agent(call("1", "a"))
                    .withApproval((_, _) -> {
                      asked.countDown();
                      Thread.sleep(Duration.ofMinutes(10));
                      return Decision.approve();
                    })
                    .run("go");
              } catch (AnswerInterruptedException e) {
                thrown.add(e);
              }
            });
    asked.await();
    caller.interrupt();
    caller.join();
    assertThat(thrown).hasSize(1);
    assertThat(written).isEmpty();
  }

  @SuppressWarnings("NullAway") // what code without such checks may do
  private static Decision nothing() {
    return null;
  }

  private Agent agent(ToolCall... calls) {
    return agent(AgentLimits.defaults(), calls);
  }

  private Agent agent(AgentLimits limits, ToolCall... calls) {
    ScriptedModel model =
        new ScriptedModel(ChatMessage.assistant("", List.of(calls)), ChatMessage.assistant("done"));
    return new Agent(model, List.of(write), limits);
  }

  private static ToolCall call(String id, String text) {
    return ToolCall.of(id, "write", new JsonObject(Map.of("text", new JsonString(text))));
  }

  private static ToolCalled step(AgentRun run, int index) {
    return (ToolCalled) run.trace().get(index);
  }
}
