package puna.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import puna.cli.command.Numbers;
import puna.cli.command.UsageException;
import puna.sample.SamplerKind;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;

/// The finer settings of how tokens are drawn, with llama.cpp's names.
final class SamplerMixin {
  private static final Pattern BIAS = Pattern.compile("(\\d{1,9})([+-](?:\\d*\\.?\\d+|inf))");

  @Option(
      names = "--repeat-last-n",
      paramLabel = "N",
      converter = Numbers.NoneOrAll.class,
      description =
          "Tokens that the penalties look back at; -1 for all (default: the model's, or 64).")
  private @Nullable Integer repeatLastN;

  @Option(
      names = "--top-n-sigma",
      paramLabel = "N",
      converter = Numbers.AnyFloat.class,
      description =
          "Leave out tokens further than N standard deviations below the likeliest; 0 for none.")
  private @Nullable Float topNSigma;

  @Option(
      names = {"--typical", "--typical-p"},
      paramLabel = "P",
      converter = Numbers.Probability.class,
      description =
          "Draw from the tokens of the most typical surprise that reach P together (default: 1).")
  private @Nullable Float typical;

  @Option(
      names = "--xtc-probability",
      paramLabel = "P",
      converter = Numbers.Probability.class,
      description = "How often the top choices are left out (default: the model's, or 0).")
  private @Nullable Float xtcProbability;

  @Option(
      names = "--xtc-threshold",
      paramLabel = "P",
      converter = Numbers.Probability.class,
      description = "A top choice has at least this probability (default: the model's, or 0.1).")
  private @Nullable Float xtcThreshold;

  @Option(
      names = "--dynatemp-range",
      paramLabel = "R",
      converter = Numbers.NonNegativeFloat.class,
      description = "Let the temperature follow the entropy, up to R both ways (default: 0).")
  private @Nullable Float dynatempRange;

  @Option(
      names = "--dynatemp-exp",
      paramLabel = "E",
      converter = Numbers.NonNegativeFloat.class,
      description = "Exponent of the entropy in it (default: 1).")
  private @Nullable Float dynatempExponent;

  @Option(
      names = "--dry-multiplier",
      paramLabel = "M",
      converter = Numbers.NonNegativeFloat.class,
      description = "Penalize what would repeat a sequence; 0 for none (default: 0).")
  private @Nullable Float dryMultiplier;

  @Option(
      names = "--dry-base",
      paramLabel = "B",
      converter = Numbers.AtLeastOne.class,
      description = "The penalty grows by this for each token of the sequence (default: 1.75).")
  private @Nullable Float dryBase;

  @Option(
      names = "--dry-allowed-length",
      paramLabel = "N",
      converter = Numbers.NonNegative.class,
      description = "Sequences shorter than this may repeat (default: 2).")
  private @Nullable Integer dryAllowedLength;

  @Option(
      names = "--dry-penalty-last-n",
      paramLabel = "N",
      converter = Numbers.NoneOrAll.class,
      description = "Tokens that are searched for sequences; -1 for all (default: -1).")
  private @Nullable Integer dryPenaltyLastN;

  @Option(
      names = "--adaptive-target",
      paramLabel = "P",
      converter = Numbers.Target.class,
      description =
          "Draw so that the probabilities drawn average P; below 0 for not (default: -1).")
  private @Nullable Float adaptiveTarget;

  @Option(
      names = "--adaptive-decay",
      paramLabel = "D",
      converter = Numbers.Decay.class,
      description = "How much of the history counts for it (default: 0.9).")
  private @Nullable Float adaptiveDecay;

  @Option(
      names = "--dry-sequence-breaker",
      paramLabel = "TEXT",
      description = {
        "No sequence reaches across this text; may be given several times, and replaces the"
            + " defaults (line end, colon, quote, asterisk). Escapes such as \\n are read; none for"
            + " no text at all."
      })
  private List<String> drySequenceBreakers = List.of();

  @Option(
      names = "--mirostat",
      paramLabel = "VERSION",
      converter = Numbers.NonNegative.class,
      description = {
        "Keep the surprise near a target: 1 or 2; of the other samplers the temperature alone stays."
      })
  private @Nullable Integer mirostat;

  @Option(
      names = "--mirostat-ent",
      paramLabel = "BITS",
      converter = Numbers.NonNegativeFloat.class,
      description = "Its target surprise (default: the model's, or 5).")
  private @Nullable Float mirostatEntropy;

  @Option(
      names = "--mirostat-lr",
      paramLabel = "R",
      converter = Numbers.NonNegativeFloat.class,
      description = "Its learning rate (default: the model's, or 0.1).")
  private @Nullable Float mirostatRate;

  @Option(
      names = {"-l", "--logit-bias"},
      paramLabel = "ID+BIAS",
      description = {
        "Make a token likelier (15043+1) or less likely (15043-1, 15043-inf for never); may be given"
            + " several times."
      })
  private List<String> logitBias = List.of();

  @Option(names = "--ignore-eos", description = "Never draw a token that ends the answer.")
  private boolean ignoreEos;

  @Option(
      names = "--samplers",
      paramLabel = "NAMES",
      description = {
        "The samplers in their order, such as penalties;top_k;top_p;temperature; others are left"
            + " out."
      })
  private @Nullable String samplers;

  @Option(
      names = {"--sampler-seq", "--sampling-seq"},
      paramLabel = "LETTERS",
      description = "The same by letters: edskypmxt is llama.cpp's order.")
  private @Nullable String letters;

  /// @throws UsageException when values break a rule or do not go together
  SamplingOptions apply(SamplingOptions given) {
    if (samplers != null && letters != null) {
      throw new UsageException("--samplers and --sampler-seq say the same: give one of them");
    }
    SamplingOptions options = steps(given);
    if (!logitBias.isEmpty()) {
      options = options.withLogitBias(biases());
    }
    if (ignoreEos) {
      options = options.withEndTokens(EndTokens.BANNED);
    }
    if (samplers != null) {
      options = ordered(options, "--samplers", samplers);
    } else if (letters != null) {
      options = ordered(options, "--sampler-seq", letters);
    }
    return mirostat == null || mirostat == 0 ? options : options.with(mirostat());
  }

  private SamplingOptions steps(SamplingOptions given) {
    SamplingOptions options = given;
    options = repeatLastN == null ? options : options.withPenaltyWindow(repeatLastN);
    options = dry(options);
    options = topNSigma == null ? options : options.with(new SamplerStep.TopNSigma(topNSigma));
    options = typical == null ? options : options.with(typical());
    options = xtc(options);
    options = dynamicTemperature(options);
    return adaptive(options);
  }

  private SamplerStep typical() {
    if (or(typical, 1f) == 0) {
      throw new UsageException("--typical must be above 0, found 0");
    }
    return new SamplerStep.TypicalP(or(typical, 1f));
  }

  private SamplingOptions dry(SamplingOptions options) {
    if (dryMultiplier == null
        && dryBase == null
        && dryAllowedLength == null
        && dryPenaltyLastN == null
        && drySequenceBreakers.isEmpty()) {
      return options;
    }
    SamplerStep.Dry old = SamplerStep.Dry.DEFAULT;
    return options.with(
        new SamplerStep.Dry(
            or(dryMultiplier, old.multiplier()),
            or(dryBase, old.base()),
            or(dryAllowedLength, old.allowedLength()),
            or(dryPenaltyLastN, old.lastTokens()),
            drySequenceBreakers.isEmpty() ? old.breakers() : breakers()));
  }

  private List<String> breakers() {
    List<String> breakers = new ArrayList<>();
    for (String text : drySequenceBreakers) {
      if (text.isEmpty()) {
        throw new UsageException("--dry-sequence-breaker needs a text, found an empty one");
      }
      try {
        if (!text.equals("none")) {
          breakers.add(text.translateEscapes());
        }
      } catch (IllegalArgumentException e) {
        throw new UsageException(
            "--dry-sequence-breaker: '%s' has an unknown escape".formatted(text));
      }
    }
    return breakers;
  }

  private SamplingOptions xtc(SamplingOptions options) {
    if (xtcProbability == null && xtcThreshold == null) {
      return options;
    }
    SamplerStep.Xtc old = SamplerStep.Xtc.DEFAULT;
    return options.with(
        new SamplerStep.Xtc(
            or(xtcProbability, old.probability()), or(xtcThreshold, old.threshold())));
  }

  private SamplingOptions dynamicTemperature(SamplingOptions options) {
    if (dynatempRange == null && dynatempExponent == null) {
      return options;
    }
    return options.with(
        new SamplerStep.Temperature(
            options.temperature().orElse(1f), or(dynatempRange, 0f), or(dynatempExponent, 1f)));
  }

  private SamplingOptions adaptive(SamplingOptions options) {
    if (adaptiveTarget == null && adaptiveDecay == null) {
      return options;
    }
    SamplerStep.AdaptiveP old = SamplerStep.AdaptiveP.DEFAULT;
    return options.with(
        new SamplerStep.AdaptiveP(
            or(adaptiveTarget, old.target()), or(adaptiveDecay, old.decay())));
  }

  private SamplerStep mirostat() {
    if (or(mirostat, 0) > 2) {
      throw new UsageException("--mirostat must be 0, 1 or 2, found " + mirostat);
    }
    SamplerStep.Mirostat old = SamplerStep.Mirostat.DEFAULT;
    return new SamplerStep.Mirostat(
        or(mirostat, old.version()), or(mirostatEntropy, old.tau()), or(mirostatRate, old.eta()));
  }

  private Map<Integer, Float> biases() {
    Map<Integer, Float> biases = new HashMap<>();
    for (String text : logitBias) {
      Matcher matcher = BIAS.matcher(text);
      if (!matcher.matches() || matcher.group(2).equals("+inf")) {
        throw new UsageException(
            "--logit-bias must be a token id and a bias, such as 15043+1 or 15043-inf, found '%s'"
                .formatted(text));
      }
      String bias = matcher.group(2).replace("inf", "Infinity");
      biases.put(Integer.parseInt(matcher.group(1)), Float.parseFloat(bias));
    }
    return biases;
  }

  private static SamplingOptions ordered(SamplingOptions options, String option, String order) {
    try {
      return options.withOrder(
          option.equals("--samplers") ? SamplerKind.ofNames(order) : SamplerKind.ofLetters(order));
    } catch (IllegalArgumentException e) {
      throw new UsageException(option + ": " + e.getMessage());
    }
  }

  private static <T> T or(@Nullable T value, T absent) {
    return value == null ? absent : value;
  }
}
