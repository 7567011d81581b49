package puna.agent;

import puna.json.JsonValue.JsonObject;

/// What a tool does. It may be called from any thread and should heed interruption.
@FunctionalInterface
public interface ToolFunction {
  /// The tool's answer, in words for the model.
  ///
  /// @param arguments as the model wrote them
  /// @throws ToolException when the tool cannot do that; the model is told why
  /// @throws puna.error.JsonException when the arguments do not fit; the model is told why
  String call(JsonObject arguments) throws InterruptedException;
}
