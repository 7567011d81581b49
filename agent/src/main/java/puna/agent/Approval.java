package puna.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import puna.chat.ToolCall;

/// Whether, and how, somebody is asked before a tool runs.
record Approval(Optional<Approver> approver, Agent.Waiting waiting) {
  static Approval none() {
    return new Approval(Optional.empty(), Agent.Waiting.FREE);
  }

  /// The decision; empty where nobody is asked, or did not answer in time.
  ///
  /// @param left the time of the run
  Optional<Decision> decide(AgentTool tool, ToolCall call, Duration left) {
    if (approver.isEmpty() || !left.isPositive()) {
      return Optional.empty();
    }
    Duration time = waiting == Agent.Waiting.COUNTED ? left : OwnThread.FOR_EVER;
    try {
      Decision decision =
          OwnThread.run(
              "approval of " + call.name(), () -> approver.get().decide(tool, call), time);
      if (decision == null) {
        throw new IllegalStateException("an approver must decide, found null");
      }
      return Optional.of(decision);
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (OwnThread.FailedException e) {
      throw e.unchecked("interrupted while somebody was asked about a tool");
    }
  }
}
