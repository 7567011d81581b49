package puna.chat.tools;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import puna.chat.Tool;
import puna.chat.ToolChoice;

/// The tools of one answer and how the model may use them.
///
/// @param tools no two of one name
/// @param calls whether one answer may call several tools at once
public record ToolUse(List<Tool> tools, ToolChoice choice, Calls calls) {
  /// How many calls one answer may hold.
  public enum Calls {
    ONE,
    SEVERAL
  }

  /// @throws IllegalArgumentException when two tools have one name, the choice names no tool, or a
  ///   tool is required where there is none
  public ToolUse {
    requireNonNull(calls, "calls");
    tools = List.copyOf(tools);
    requireOwnNames(tools);
    switch (choice) {
      case ToolChoice.Named(String tool) -> requireTool(tools, tool);
      case ToolChoice.Required _ -> {
        if (tools.isEmpty()) {
          throw new IllegalArgumentException("a tool is required, but there are no tools");
        }
      }
      case ToolChoice.Auto _, ToolChoice.None _ -> {}
    }
  }

  /// No tools at all.
  public static ToolUse none() {
    return new ToolUse(List.of(), ToolChoice.none(), Calls.SEVERAL);
  }

  /// Tools that the model may use as it likes.
  public static ToolUse auto(List<Tool> tools) {
    return new ToolUse(tools, ToolChoice.auto(), Calls.SEVERAL);
  }

  /// The tools that the model is shown.
  public List<Tool> shown() {
    return choice instanceof ToolChoice.None ? List.of() : tools;
  }

  /// @throws IllegalArgumentException when two tools have one name
  public static void requireOwnNames(List<Tool> tools) {
    Set<String> names = new HashSet<>();
    for (Tool tool : tools) {
      if (!names.add(tool.name())) {
        throw new IllegalArgumentException(
            "tools must have names of their own, found \"%s\" twice".formatted(tool.name()));
      }
    }
  }

  private static void requireTool(List<Tool> tools, String name) {
    List<String> names = tools.stream().map(Tool::name).toList();
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "the tool choice must name one of the tools %s, found \"%s\"".formatted(names, name));
    }
  }
}
