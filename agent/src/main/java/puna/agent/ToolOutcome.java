package puna.agent;

import java.util.Locale;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// The outcome of a tool call: a result, or a failure.
public sealed interface ToolOutcome {

  /// The tool returned a result.
  ///
  /// @param text the result
  record Answered(String text) implements ToolOutcome {}

  /// The tool returned no result.
  ///
  /// @param failure the kind of failure
  /// @param message why, in words for the model
  record Failed(Failure failure, String message) implements ToolOutcome {}

  /// Why there is no result.
  enum Failure {
    /// There is no tool of the name that the model called.
    UNKNOWN_TOOL,
    /// The arguments do not fit the tool.
    INVALID_ARGUMENTS,
    /// The tool threw a [ToolException], or an [Approver] did not let it run.
    REFUSED,
    /// The tool threw any other exception.
    BROKEN,
    /// The agent's time was over, or an MCP server did not answer within its own.
    TIMED_OUT
  }

  /// What the model reads: the result, or `{"error": …, "message": …}`.
  default String forModel() {
    return switch (this) {
      case Answered(String text) -> text;
      case Failed(Failure failure, String message) ->
          Json.write(
              JsonObject.builder()
                  .put("error", failure.name().toLowerCase(Locale.ROOT))
                  .put("message", message)
                  .build());
    };
  }
}
