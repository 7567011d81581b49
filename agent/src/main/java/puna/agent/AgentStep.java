package puna.agent;

import java.time.Duration;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;

/// One step of an agent's run, as its trace has it.
public sealed interface AgentStep {
  /// How long it took.
  Duration time();

  /// The model answered, with text or tool calls.
  ///
  /// @param message its answer
  /// @param tokens that were generated for it
  /// @param time that it took
  record ModelAnswered(ChatMessage message, int tokens, Duration time) implements AgentStep {}

  /// A tool was called.
  ///
  /// @param call as the model wrote it
  /// @param outcome its result, or why there is none
  /// @param time that it took
  record ToolCalled(ToolCall call, ToolOutcome outcome, Duration time) implements AgentStep {}
}
