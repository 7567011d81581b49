package puna.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.ChatOptions;
import puna.ChatOptions.ToolCalls;
import puna.chat.Tool;
import puna.chat.ToolChoice;
import puna.chat.tools.ToolUse;
import puna.cli.command.CommandException;
import puna.cli.command.UsageException;
import puna.error.GrammarException;
import puna.grammar.Grammar;
import puna.grammar.schema.JsonSchemaCompiler;

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

  /// The options with the tools; unchanged where no option is given.
  ///
  /// @param notes where a tool is named whose schema cannot be kept, but need not be
  /// @throws CommandException when a tool must be called whose schema cannot be kept
  ChatOptions apply(ChatOptions given, PrintStream notes) throws IOException {
    if (file == null) {
      if (choice != null || oneCall) {
        throw new UsageException("--tool-choice and --one-call go with --tools");
      }
      return given;
    }
    List<Tool> tools = ToolFile.read(file);
    ChatOptions options;
    try {
      ToolUse _ = new ToolUse(tools, choice(), ToolUse.Calls.SEVERAL); // for its checks
      options =
          given
              .withTools(tools)
              .withToolChoice(choice())
              .withToolCalls(oneCall ? ToolCalls.ONE : ToolCalls.SEVERAL);
    } catch (IllegalArgumentException e) {
      throw new UsageException(file + ": " + e.getMessage());
    }
    for (int i = 0; i < tools.size(); i++) {
      check(tools.get(i), "%s: tool %s: parameters: ".formatted(file, i + 1), notes);
    }
    return options;
  }

  /// The options for tools that come from elsewhere.
  ChatOptions applyChoice(ChatOptions given) {
    if (file != null) {
      throw new UsageException("--tools does not go with --mcp");
    }
    return given
        .withToolChoice(choice())
        .withToolCalls(oneCall ? ToolCalls.ONE : ToolCalls.SEVERAL);
  }

  private void check(Tool tool, String place, PrintStream notes) {
    ToolChoice chosen = choice();
    if (chosen instanceof ToolChoice.None
        || (chosen instanceof ToolChoice.Named(String name) && !name.equals(tool.name()))) {
      return;
    }
    try {
      Grammar _ = JsonSchemaCompiler.compile(tool.parameters());
    } catch (GrammarException e) {
      if (!(chosen instanceof ToolChoice.Auto)) {
        throw new CommandException(place + e.getMessage(), e);
      }
      notes.println(
          "puna: %s%s; calls of %s may have any arguments"
              .formatted(place, e.getMessage(), tool.name()));
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
