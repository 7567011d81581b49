package puna.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.chat.ToolUse;
import puna.chat.ToolUse.Calls;

/// The tools that the model may call.
final class ToolMixin {
  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description = "A JSON array of tools: {\"type\": \"function\", \"function\": {…}}.")
  private @Nullable Path file;

  @Option(
      names = "--tool-choice",
      paramLabel = "CHOICE",
      description = {
        "auto: the model decides; none; required: any tool; or the name of a tool (default:"
            + " auto)."
      })
  private @Nullable String choice;

  @Option(names = "--one-call", description = "At most one tool call in an answer.")
  private boolean oneCall;

  /// No tools where no option is given.
  ToolUse tools() throws IOException {
    if (file == null) {
      if (choice != null || oneCall) {
        throw new UsageException("--tool-choice and --one-call go with --tools");
      }
      return ToolUse.none();
    }
    List<Tool> tools = ToolFile.read(file);
    try {
      return new ToolUse(tools, choice(), oneCall ? Calls.ONE : Calls.SEVERAL);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private ToolChoice choice() {
    return switch (choice) {
      case null -> ToolChoice.auto();
      case "auto" -> ToolChoice.auto();
      case "none" -> ToolChoice.none();
      case "required" -> ToolChoice.required();
      default -> ToolChoice.named(choice);
    };
  }
}
