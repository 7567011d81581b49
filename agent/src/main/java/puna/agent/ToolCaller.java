package puna.agent;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import puna.agent.ToolOutcome.Answered;
import puna.agent.ToolOutcome.Failed;
import puna.agent.ToolOutcome.Failure;
import puna.chat.ToolCall;
import puna.error.JsonException;

/// Calls tools, each on a thread of its own, so that none can hold up the run.
final class ToolCaller {
  private final Map<String, AgentTool> tools;
  private final AgentLimits limits;

  ToolCaller(Map<String, AgentTool> tools, AgentLimits limits) {
    this.tools = tools;
    this.limits = limits;
  }

  /// The tool that a call names, if there is one.
  Optional<AgentTool> tool(ToolCall call) {
    return Optional.ofNullable(tools.get(call.name()));
  }

  ToolOutcome call(ToolCall call, Duration time) {
    AgentTool tool = tools.get(call.name());
    if (tool == null) {
      return new Failed(
          Failure.UNKNOWN_TOOL,
          "there is no tool \"%s\"; the tools are %s".formatted(call.name(), tools.keySet()));
    }
    if (!time.isPositive()) {
      return timedOut();
    }
    try {
      @Nullable String answer =
          OwnThread.run("tool " + call.name(), () -> tool.function().call(call.arguments()), time);
      // A tool is code of others, which may answer null in spite of its interface.
      return new Answered(cut(requireNonNullElse(answer, "null")));
    } catch (TimeoutException _) {
      return timedOut();
    } catch (OwnThread.FailedException e) {
      return failed(e.thrown());
    }
  }

  private static Failed timedOut() {
    return new Failed(Failure.TIMED_OUT, "no time is left for this tool");
  }

  private static Failed failed(Throwable cause) {
    String message = requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    Failure failure =
        switch (cause) {
          case JsonException _ -> Failure.INVALID_ARGUMENTS;
          case ToolException _ -> Failure.REFUSED;
          case McpException e when e.kind() == McpException.Kind.TIMED_OUT -> Failure.TIMED_OUT;
          default -> Failure.BROKEN;
        };
    return new Failed(failure, message);
  }

  private String cut(String answer) {
    if (answer.length() <= limits.toolCharacters()) {
      return answer;
    }
    int end = limits.toolCharacters();
    int whole = Character.isHighSurrogate(answer.charAt(end - 1)) ? end - 1 : end;
    return "%s… (cut after %s of %s characters)"
        .formatted(answer.substring(0, whole), end, answer.length());
  }
}
