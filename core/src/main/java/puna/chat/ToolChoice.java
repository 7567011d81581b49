package puna.chat;

import static java.util.Objects.requireNonNull;

/// Whether the model may, must or must not call a tool.
public sealed interface ToolChoice {
  /// The model decides.
  record Auto() implements ToolChoice {}

  /// No tool: the tools are not even shown.
  record None() implements ToolChoice {}

  /// At least one tool, whichever.
  record Required() implements ToolChoice {}

  /// The tool of that name.
  record Named(String tool) implements ToolChoice {
    public Named {
      requireNonNull(tool, "tool");
    }
  }

  static ToolChoice auto() {
    return new Auto();
  }

  static ToolChoice none() {
    return new None();
  }

  static ToolChoice required() {
    return new Required();
  }

  static ToolChoice named(String tool) {
    return new Named(tool);
  }
}
