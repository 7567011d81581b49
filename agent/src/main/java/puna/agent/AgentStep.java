package puna.agent;

import java.time.Duration;
import puna.chat.ChatMessage;
import puna.chat.ToolCall;

/// One thing that happened in a run.
public sealed interface AgentStep {
  /// How long it took.
  Duration time();

  /// The model answered, with text or calls.
  record ModelAnswered(ChatMessage message, int tokens, Duration time) implements AgentStep {}

  /// A tool was called.
  record ToolCalled(ToolCall call, ToolOutcome outcome, Duration time) implements AgentStep {}
}
