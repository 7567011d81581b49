package puna.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.ChatOptions;
import puna.ChatOptions.Reasoning;
import puna.cli.command.Numbers;
import puna.cli.command.UsageException;

/// Whether a reasoning model thinks before it answers, and how long.
final class ReasoningMixin {
  @Option(
      names = "--reasoning",
      paramLabel = "WHETHER",
      description =
          "on or off: whether the model thinks before it answers (default: as its chat template has"
              + " it).")
  private @Nullable String reasoning;

  @Option(
      names = "--max-reasoning-tokens",
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "Most tokens of reasoning; then the answer begins (default: no bound).")
  private @Nullable Integer maxTokens;

  ChatOptions apply(ChatOptions given) {
    ChatOptions options =
        switch (reasoning) {
          case null -> given;
          case "on" -> given.withReasoning(Reasoning.ON);
          case "off" -> given.withReasoning(Reasoning.OFF);
          default ->
              throw new UsageException("--reasoning must be on or off, found '" + reasoning + "'");
        };
    return maxTokens == null ? options : options.withMaxReasoningTokens(maxTokens);
  }

  boolean isGiven() {
    return reasoning != null || maxTokens != null;
  }
}
