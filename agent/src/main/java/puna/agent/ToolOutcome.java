package puna.agent;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import puna.json.Json;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;

/// What came of a tool's call.
public sealed interface ToolOutcome {

  /// The tool's answer.
  record Answered(String text) implements ToolOutcome {}

  /// No answer.
  ///
  /// @param message why, in words for the model
  record Failed(Failure failure, String message) implements ToolOutcome {}

  /// Why there is no answer.
  enum Failure {
    /// The model asked for a tool that there is not.
    UNKNOWN_TOOL,
    /// The arguments do not fit the tool.
    INVALID_ARGUMENTS,
    /// The tool says that it cannot.
    REFUSED,
    /// The tool broke.
    BROKEN,
    /// No time was left.
    TIMED_OUT
  }

  /// What the model reads: the answer, or `{"error": …, "message": …}`.
  default String forModel() {
    return switch (this) {
      case Answered(String text) -> text;
      case Failed(Failure failure, String message) -> {
        Map<String, JsonValue> error = new LinkedHashMap<>();
        error.put("error", new JsonString(failure.name().toLowerCase(Locale.ROOT)));
        error.put("message", new JsonString(message));
        yield Json.write(new JsonObject(error));
      }
    };
  }
}
