package puna.agent;

import java.time.Duration;
import java.util.Optional;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;

/// One step of an agent's run, as its trace has it.
public sealed interface AgentStep {
  /// How long it took.
  Duration time();

  /// The model answered, with text or tool calls.
  ///
  /// @param reply its answer, half a call too where it was cut off inside one
  /// @param time that it took
  record ModelAnswered(AgentModel.Reply reply, Duration time) implements AgentStep {
    /// The message as the model wrote it.
    public ChatMessage message() {
      return reply.message();
    }

    /// How many tokens were generated for it.
    public int tokens() {
      return reply.tokens();
    }

    /// What the model thought before it answered; empty if it did not.
    public Optional<String> reasoning() {
      return reply.message().reasoning();
    }
  }

  /// A tool was called.
  ///
  /// @param call as the model wrote it
  /// @param decision of the approver; empty where nobody was asked, or did not answer in time
  /// @param outcome its result, or why there is none
  /// @param time that it took, that of the decision included
  record ToolCalled(ToolCall call, Optional<Decision> decision, ToolOutcome outcome, Duration time)
      implements AgentStep {}
}
