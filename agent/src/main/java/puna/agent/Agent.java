package puna.agent;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;

/// The tool-calling loop: asks a model, runs the tools that it calls, and gives it their results,
/// until it answers in words or a limit is reached.
///
/// When a tool fails, the model is told why and can try something else. An agent is stateless, and
/// thread-safe if its model and tools are.
public final class Agent {
  private final AgentModel model;
  private final Map<String, AgentTool> tools = new LinkedHashMap<>();
  private final AgentLimits limits;

  /// An agent for any number of runs.
  ///
  /// @throws IllegalArgumentException when two tools have the same name
  public Agent(AgentModel model, List<AgentTool> tools, AgentLimits limits) {
    this.model = requireNonNull(model, "model");
    this.limits = requireNonNull(limits, "limits");
    for (AgentTool tool : tools) {
      AgentTool other = this.tools.put(tool.tool().name(), tool);
      if (other != null) {
        throw new IllegalArgumentException(
            "tools must have names of their own, found \"%s\" twice%s"
                .formatted(tool.tool().name(), origins(other, tool)));
      }
    }
  }

  private static String origins(AgentTool first, AgentTool second) {
    if (first.hints().origin().isEmpty() && second.hints().origin().isEmpty()) {
      return "";
    }
    return ": from %s and from %s; McpServer.withPrefix tells them apart"
        .formatted(
            first.hints().origin().orElse("the program"),
            second.hints().origin().orElse("the program"));
  }

  /// The tools as they are described to the model.
  public List<Tool> tools() {
    return tools.values().stream().map(AgentTool::tool).toList();
  }

  /// Answers one question; the model decides whether to call tools. Blocks until it is done.
  ///
  /// @throws puna.error.PunaException when the model could not answer; an interrupt of the calling
  ///   thread is a [puna.error.AnswerInterruptedException]
  public AgentRun run(String question) {
    return run(List.of(ChatMessage.user(question)), ToolChoice.auto());
  }

  /// Continues a conversation. Blocks until it is done.
  ///
  /// @param first whether the first answer must call tools; in later answers the model decides
  /// @throws puna.error.PunaException when the model could not answer; an interrupt of the calling
  ///   thread is a [puna.error.AnswerInterruptedException]
  public AgentRun run(List<ChatMessage> messages, ToolChoice first) {
    try (ToolCaller caller = new ToolCaller(tools, limits)) {
      return new Run(model, caller, limits, messages).goOn(tools(), first);
    }
  }
}
