package puna.agent;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;

/// A model with tools: it is asked, the tools that it asks for are called, their answers go back to
/// it, until it answers in words or a limit is reached.
///
/// What a tool cannot do is told to the model, which may try otherwise. An agent has no state and
/// may run from several threads at once, if its model and tools may.
public final class Agent {
  private final AgentModel model;
  private final Map<String, AgentTool> tools = new LinkedHashMap<>();
  private final AgentLimits limits;

  /// @throws IllegalArgumentException when two tools have one name
  public Agent(AgentModel model, List<AgentTool> tools, AgentLimits limits) {
    this.model = requireNonNull(model, "model");
    this.limits = requireNonNull(limits, "limits");
    for (AgentTool tool : tools) {
      if (this.tools.put(tool.tool().name(), tool) != null) {
        throw new IllegalArgumentException(
            "tools must have names of their own, found \"%s\" twice".formatted(tool.tool().name()));
      }
    }
  }

  /// What the model shall see of the tools.
  public List<Tool> tools() {
    return tools.values().stream().map(AgentTool::tool).toList();
  }

  /// Answers one question; the model decides about tools.
  public AgentRun run(String question) {
    return run(List.of(ChatMessage.user(question)), ToolChoice.auto());
  }

  /// Goes on with a conversation.
  ///
  /// @param first whether tools must be called in the first answer; after it the model decides
  /// @throws puna.error.AnswerException when an answer broke off, or the thread was interrupted
  public AgentRun run(List<ChatMessage> messages, ToolChoice first) {
    try (ToolCaller caller = new ToolCaller(tools, limits)) {
      return new Run(model, caller, limits, messages).goOn(tools(), first);
    }
  }
}
