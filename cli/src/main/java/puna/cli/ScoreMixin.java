package puna.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.AnswerOptions;
import puna.AnswerOptions.Echo;
import puna.cli.command.Numbers;
import puna.cli.command.UsageException;
import puna.sample.LogProbabilityOptions;
import puna.sample.LogProbabilityOptions.Scope;
import puna.sample.LogProbabilityOptions.Stage;

/// What is told beside an answer's text.
final class ScoreMixin {
  @Option(
      names = "--logprobs",
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "Show how likely each token was, and the N likeliest in its place.")
  private @Nullable Integer logProbabilities;

  @Option(names = "--prompt-logprobs", description = "With --logprobs: of the prompt's tokens too.")
  private boolean prompt;

  @Option(
      names = "--post-sampling-probs",
      description = "With --logprobs: after all samplers, instead of the model's own.")
  private boolean afterSamplers;

  @Option(names = "--echo", description = "Begin the answer's text with the prompt's.")
  private boolean echo;

  /// @throws UsageException when options do not go together
  <O extends AnswerOptions<O>> O apply(O given) {
    O options = echo ? given.withEcho(Echo.PROMPT_AND_ANSWER) : given;
    if (logProbabilities == null) {
      if (prompt || afterSamplers) {
        throw new UsageException("--prompt-logprobs and --post-sampling-probs go with --logprobs");
      }
      return options;
    }
    if (logProbabilities > LogProbabilityOptions.MOST_LIKELIEST) {
      throw new UsageException(
          "--logprobs must be from 0 to %s, found %s"
              .formatted(LogProbabilityOptions.MOST_LIKELIEST, logProbabilities));
    }
    return options.withLogProbabilities(
        LogProbabilityOptions.ofAnswer(logProbabilities)
            .withScope(prompt ? Scope.PROMPT_AND_ANSWER : Scope.ANSWER)
            .withStage(afterSamplers ? Stage.DRAW : Stage.MODEL));
  }

  boolean isAskedFor() {
    return logProbabilities != null;
  }
}
