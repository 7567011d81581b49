package puna.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import puna.FinishReason;
import puna.agent.AgentModel.Budget;
import puna.agent.AgentModel.Offer;
import puna.agent.AgentModel.Reply;
import puna.agent.AgentRun.Ending;
import puna.agent.AgentStep.ModelAnswered;
import puna.agent.AgentStep.ToolCalled;
import puna.agent.ToolOutcome.Failed;
import puna.agent.ToolOutcome.Failure;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;
import puna.chat.ToolChoice;
import puna.json.JsonValue.JsonObject;

/// One run of an agent as it goes on.
final class Run {
  private final AgentModel model;
  private final ToolCaller caller;
  private final AgentLimits limits;
  private final Approval approval;
  private final List<ChatMessage> messages = new ArrayList<>();
  private final List<AgentStep> trace = new ArrayList<>();
  private final long start = System.nanoTime();
  private Duration waited = Duration.ZERO; // for decisions, where that does not count
  private int tokens;

  Run(AgentModel model, ToolCaller caller, AgentLimits limits, Approval approval) {
    this.model = model;
    this.caller = caller;
    this.limits = limits;
    this.approval = approval;
  }

  AgentRun goOn(List<ChatMessage> conversation, Offer first) {
    messages.addAll(conversation);
    Offer offer = first;
    for (int step = 0; step < limits.steps(); step++) {
      Reply reply = ask(offer);
      Optional<Ending> ending = endingAfter(reply);
      if (ending.isPresent()) {
        return new AgentRun(ending.get(), messages, trace);
      }
      reply.message().toolCalls().forEach(this::call);
      offer = new Offer(first.tools(), ToolChoice.auto());
    }
    return new AgentRun(Ending.STEPS_USED_UP, messages, trace);
  }

  private Reply ask(Offer offer) {
    long asked = System.nanoTime();
    Budget budget = new Budget(limits.outputTokens() - tokens, left());
    Reply reply = model.reply(List.copyOf(messages), offer, budget);
    tokens += reply.tokens();
    messages.add(reply.withoutCutCall());
    trace.add(new ModelAnswered(reply, since(asked)));
    return reply;
  }

  private Optional<Ending> endingAfter(Reply reply) {
    if (!left().isPositive()) {
      return Optional.of(Ending.TIME_USED_UP);
    }
    if (tokens >= limits.outputTokens()) {
      return Optional.of(Ending.OUTPUT_USED_UP);
    }
    if (reply.finishReason() == FinishReason.REASONING_ONLY) {
      return Optional.of(Ending.REASONING_ONLY);
    }
    if (!reply.finishReason().isComplete()) {
      return Optional.of(Ending.CUT_OFF);
    }
    return reply.message().toolCalls().isEmpty() ? Optional.of(Ending.ANSWERED) : Optional.empty();
  }

  private void call(ToolCall call) {
    long called = System.nanoTime();
    Optional<Decision> decision = decide(call);
    ToolOutcome outcome =
        switch (decision.orElseGet(Decision::approve)) {
          case Decision.Approved _ -> caller.call(call, left());
          case Decision.Refused(String reason) -> new Failed(Failure.REFUSED, reason);
          case Decision.Changed(JsonObject arguments) -> caller.call(with(arguments, call), left());
        };
    messages.add(ChatMessage.toolResult(call, outcome.forModel()));
    trace.add(new ToolCalled(call, decision, outcome, since(called)));
  }

  private Optional<Decision> decide(ToolCall call) {
    long asked = System.nanoTime();
    Optional<Decision> decision =
        caller.tool(call).flatMap(tool -> approval.decide(tool, call, left()));
    if (approval.waiting() == Agent.Waiting.FREE) {
      waited = waited.plus(since(asked));
    }
    return decision;
  }

  private static ToolCall with(JsonObject arguments, ToolCall call) {
    return call.id()
        .map(id -> ToolCall.of(id, call.name(), arguments))
        .orElseGet(() -> ToolCall.of(call.name(), arguments));
  }

  private Duration left() {
    return limits.time().plus(waited).minus(since(start));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}
