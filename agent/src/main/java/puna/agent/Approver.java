package puna.agent;

import puna.chat.ToolCall;

/// Asks somebody before a tool runs ([Agent#withApproval]).
///
/// It is called for each call of a tool that there is, one call after the other, on a thread that
/// is not the caller's, and which is interrupted when nobody waits for the decision any more.
@FunctionalInterface
public interface Approver {
  /// Decides about one call. An exception ends the run, which throws it: without a decision no tool
  /// runs.
  ///
  /// @param tool with its hints, which tell what it says of itself
  /// @param call as the model wrote it; the arguments may not fit the tool
  Decision decide(AgentTool tool, ToolCall call) throws InterruptedException;
}
