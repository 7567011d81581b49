package puna.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import puna.AnswerOptions;
import puna.Speculation;
import puna.cli.command.Numbers;
import puna.cli.command.UsageException;
import puna.sample.SamplingOptions;

/// How an answer is drawn and where it ends. What is not given keeps the engine's default.
final class SamplingMixin {
  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "Most tokens of an answer (default: 1024).")
  private @Nullable Integer maxTokens;

  @Option(
      names = {"--temperature", "--temp"},
      paramLabel = "T",
      converter = Numbers.NonNegativeFloat.class,
      description =
          "0 always takes the likeliest token; higher is more varied (default: the model's).")
  private @Nullable Float temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      converter = Numbers.NonNegative.class,
      description = "Draw from the K likeliest tokens; 0 for all (default: the model's).")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      converter = Numbers.Probability.class,
      description = "Draw from the likeliest tokens that reach P together (default: the model's).")
  private @Nullable Float topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      converter = Numbers.Probability.class,
      description = "Leave out tokens below P times the likeliest (default: the model's).")
  private @Nullable Float minP;

  @Option(
      names = "--repeat-penalty",
      paramLabel = "R",
      converter = Numbers.PositiveFloat.class,
      description = "Make recent tokens less likely by this factor (default: the model's).")
  private @Nullable Float repeatPenalty;

  @Option(
      names = "--presence-penalty",
      paramLabel = "R",
      converter = Numbers.AnyFloat.class,
      description = "Taken once from the logits of recent tokens (default: 0).")
  private @Nullable Float presencePenalty;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "R",
      converter = Numbers.AnyFloat.class,
      description = "Taken from the logits of recent tokens for each time (default: 0).")
  private @Nullable Float frequencyPenalty;

  @Mixin private final SamplerMixin samplers = new SamplerMixin();

  @Option(
      names = "--sampling-defaults",
      paramLabel = "WHOSE",
      description = {
        "What is not given is the model's own (model), or as in meta (temperature 0.6, top-p 0.9) or"
            + " llama.cpp (0.8, top-k 40, top-p 0.95, min-p 0.05) (default: model)."
      })
  private String defaults = "model";

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      converter = Numbers.Seed.class,
      description = "Repeats the same draw (default: another one each time).")
  private @Nullable Long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End the answer before this text; may be given several times.")
  private List<String> stop = List.of();

  @Option(
      names = "--speculate",
      paramLabel = "HOW",
      description =
          "Guess the next tokens and check several at once: off, lookup (what followed before) or"
              + " draft (a model given by --draft) (default: off).")
  private String speculate = "off";

  <O extends AnswerOptions<O>> O apply(O defaultOptions) {
    if (stop.contains("")) {
      throw new UsageException("--stop needs a text, found an empty one");
    }
    O options = defaultOptions.withSampling(sampling());
    options = stop.isEmpty() ? options : options.withStopStrings(stop);
    options = speculated(options);
    return maxTokens == null ? options : options.withMaxTokens(maxTokens);
  }

  private <O extends AnswerOptions<O>> O speculated(O options) {
    return switch (speculate) {
      case "off" -> options;
      case "lookup" -> options.withSpeculation(Speculation.PROMPT_LOOKUP);
      case "draft" -> options.withSpeculation(Speculation.DRAFT_MODEL);
      default ->
          throw new UsageException(
              "--speculate must be off, lookup or draft, found '%s'".formatted(speculate));
    };
  }

  private SamplingOptions sampling() {
    SamplingOptions options = presets();
    options = temperature == null ? options : options.withTemperature(temperature);
    options = topK == null ? options : options.withTopK(topK);
    options = topP == null ? options : options.withTopP(topP);
    options = minP == null ? options : options.withMinP(minP);
    options = repeatPenalty == null ? options : options.withRepeatPenalty(repeatPenalty);
    options = presencePenalty == null ? options : options.withPresencePenalty(presencePenalty);
    options = frequencyPenalty == null ? options : options.withFrequencyPenalty(frequencyPenalty);
    // -1, as llama.cpp's users write it, is another one each time
    options = seed == null || seed == -1 ? options : options.withSeed(seed);
    return samplers.apply(options);
  }

  private SamplingOptions presets() {
    return switch (defaults) {
      case "model" -> SamplingOptions.defaults();
      case "meta" -> SamplingOptions.metaDefaults();
      case "llama.cpp" -> SamplingOptions.llamaCppDefaults();
      default ->
          throw new UsageException(
              "--sampling-defaults must be model, meta or llama.cpp, found '%s'"
                  .formatted(defaults));
    };
  }
}
