package puna.agent;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import puna.agent.AgentModel.Offer;
import puna.chat.ChatMessage;
import puna.chat.Tool;
import puna.chat.ToolChoice;

/// The tool-calling loop: asks a model, runs the tools that it calls, and gives it their results,
/// until it answers in words or a limit is reached.
///
/// When a tool fails, the model is told why and can try something else; an `Error` of a tool (out
/// of memory, a class that is missing) ends the run, which throws it. An agent is stateless, and
/// thread-safe if its model, tools and approver are.
public final class Agent {
  private final AgentModel model;
  private final Map<String, AgentTool> tools;
  private final AgentLimits limits;
  private final Approval approval;

  /// Whether the time until somebody decides about a call ([#withApproval]) counts as the run's.
  public enum Waiting {
    /// It does not: people may take their time.
    FREE,
    /// It does: when the run's time is over, nobody is waited for, and the tool does not run.
    COUNTED
  }

  /// An agent for any number of runs.
  ///
  /// @throws IllegalArgumentException when two tools have the same name
  public Agent(AgentModel model, List<AgentTool> tools, AgentLimits limits) {
    this(
        requireNonNull(model, "model"),
        named(tools),
        requireNonNull(limits, "limits"),
        Approval.none());
  }

  private Agent(
      AgentModel model, Map<String, AgentTool> tools, AgentLimits limits, Approval approval) {
    this.model = model;
    this.tools = tools;
    this.limits = limits;
    this.approval = approval;
  }

  private static Map<String, AgentTool> named(List<AgentTool> tools) {
    Map<String, AgentTool> named = new LinkedHashMap<>();
    for (AgentTool tool : tools) {
      AgentTool other = named.put(tool.tool().name(), tool);
      if (other != null) {
        throw new IllegalArgumentException(
            "tools must have names of their own, found \"%s\" twice%s"
                .formatted(tool.tool().name(), origins(other, tool)));
      }
    }
    return named;
  }

  /// Asks before each tool runs. Default: nobody is asked.
  ///
  /// A refused call is one that failed: the model reads `{"error": "refused", "message": …}` with
  /// the reason, and can try something else. The trace has each decision.
  public Agent withApproval(Approver approver) {
    requireNonNull(approver, "approver");
    return new Agent(model, tools, limits, new Approval(Optional.of(approver), approval.waiting()));
  }

  /// Whether the time until somebody decides about a call counts as the run's. Default: `FREE`.
  public Agent withWaiting(Waiting value) {
    requireNonNull(value, "waiting");
    return new Agent(model, tools, limits, new Approval(approval.approver(), value));
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
    ToolCaller caller = new ToolCaller(tools, limits);
    return new Run(model, caller, limits, approval).goOn(messages, new Offer(tools(), first));
  }
}
