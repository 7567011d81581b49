package puna.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.agent.AgentModel.Budget;
import puna.agent.AgentModel.Offer;
import puna.agent.AgentModel.Reply;
import puna.agent.AgentRun.Ending;
import puna.agent.AgentStep.ModelAnswered;
import puna.agent.AgentStep.ToolCalled;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;

/// One run of an agent as it goes on.
final class Run {
  private final AgentModel model;
  private final ToolCaller caller;
  private final AgentLimits limits;
  private final List<ChatMessage> messages;
  private final List<AgentStep> trace = new ArrayList<>();
  private final long start = System.nanoTime();
  private int tokens;

  Run(AgentModel model, ToolCaller caller, AgentLimits limits, List<ChatMessage> messages) {
    this.model = model;
    this.caller = caller;
    this.limits = limits;
    this.messages = new ArrayList<>(messages);
  }

  AgentRun goOn(List<Tool> tools, ToolChoice first) {
    Offer offer = new Offer(tools, first);
    for (int step = 0; step < limits.steps(); step++) {
      ChatMessage answer = ask(offer);
      Optional<Ending> ending = endingAfter(answer);
      if (ending.isPresent()) {
        return new AgentRun(ending.get(), messages, trace);
      }
      answer.toolCalls().forEach(this::call);
      offer = new Offer(tools, ToolChoice.auto());
    }
    return new AgentRun(Ending.STEPS_USED_UP, messages, trace);
  }

  private ChatMessage ask(Offer offer) {
    long asked = System.nanoTime();
    Budget budget = new Budget(limits.outputTokens() - tokens, left());
    Reply reply = model.reply(List.copyOf(messages), offer, budget);
    tokens += reply.tokens();
    messages.add(reply.message());
    trace.add(new ModelAnswered(reply.message(), reply.tokens(), since(asked)));
    return reply.message();
  }

  private Optional<Ending> endingAfter(ChatMessage answer) {
    if (!left().isPositive()) {
      return Optional.of(Ending.TIME_USED_UP);
    }
    if (tokens >= limits.outputTokens()) {
      return Optional.of(Ending.OUTPUT_USED_UP);
    }
    return answer.toolCalls().isEmpty() ? Optional.of(Ending.ANSWERED) : Optional.empty();
  }

  private void call(ToolCall call) {
    long called = System.nanoTime();
    ToolOutcome outcome = caller.call(call, left());
    messages.add(ChatMessage.toolResult(call, outcome.forModel()));
    trace.add(new ToolCalled(call, outcome, since(called)));
  }

  private Duration left() {
    return limits.time().minus(since(start));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
