package puna.agent;

import puna.json.JsonValue.JsonObject;

/// The function behind a tool. It may be called from any thread and should end when that is
/// interrupted, which happens when the agent's time is over.
@FunctionalInterface
public interface ToolFunction {
  /// Runs the tool and returns its result as text for the model.
  ///
  /// @param arguments as the model wrote them
  /// @throws ToolException when the tool cannot do what was asked; the model is told why
  /// @throws puna.error.JsonException when the arguments do not fit; the model is told why
  String call(JsonObject arguments) throws InterruptedException;
}
