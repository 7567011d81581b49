package puna.sample;

import static puna.sample.Checks.require;
import static puna.sample.Checks.requireProbability;

import java.util.List;

/// One step of the sampler chain between the model's logits and the next token, with its settings:
/// it changes logits, drops candidates, or draws. Names and defaults are llama.cpp's.
public sealed interface SamplerStep {
  /// The kind of the step.
  SamplerKind kind();

  /// Whether the step does nothing with these settings.
  boolean isNeutral();

  /// Makes recent tokens less likely.
  ///
  /// @param lastTokens how many recent tokens of prompt and answer count; −1 for all
  /// @param repeat divides positive and multiplies negative logits of recent tokens; 1 for none
  /// @param frequency subtracted for each recent occurrence
  /// @param presence subtracted once from the logits of recent tokens
  record Penalties(int lastTokens, float repeat, float frequency, float presence)
      implements SamplerStep {
    /// llama.cpp's default: no penalty.
    public static final Penalties DEFAULT = new Penalties(64, 1, 0, 0);

    public Penalties {
      require(lastTokens >= -1, "penaltyWindow", "−1 or more", lastTokens);
      require(repeat > 0 && Float.isFinite(repeat), "repeatPenalty", "above 0 and finite", repeat);
      require(Float.isFinite(frequency), "frequencyPenalty", "finite", frequency);
      require(Float.isFinite(presence), "presencePenalty", "finite", presence);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.PENALTIES;
    }

    @Override
    public boolean isNeutral() {
      return lastTokens == 0 || (repeat == 1 && frequency == 0 && presence == 0);
    }
  }

  /// Don't Repeat Yourself (DRY): the logit of a token that would extend a repetition of an earlier
  /// sequence loses `multiplier · base^(length of the sequence − allowedLength)`.
  ///
  /// @param multiplier 0 for none
  /// @param base 1 or more
  /// @param allowedLength sequences shorter than this may repeat
  /// @param lastTokens how many recent tokens of prompt and answer are searched; −1 for all
  /// @param breakers texts that end a sequence, however they are tokenized
  record Dry(float multiplier, float base, int allowedLength, int lastTokens, List<String> breakers)
      implements SamplerStep {
    /// llama.cpp's default sequence breakers.
    public static final List<String> DEFAULT_BREAKERS = List.of("\n", ":", "\"", "*");

    /// llama.cpp's default: no penalty.
    public static final Dry DEFAULT = new Dry(0, 1.75f, 2, -1, DEFAULT_BREAKERS);

    public Dry {
      require(
          multiplier >= 0 && Float.isFinite(multiplier),
          "dryMultiplier",
          "0 or more and finite",
          multiplier);
      require(base >= 1 && Float.isFinite(base), "dryBase", "1 or more and finite", base);
      require(allowedLength >= 0, "dryAllowedLength", "0 or more", allowedLength);
      require(lastTokens >= -1, "dryPenaltyLastN", "−1 or more", lastTokens);
      breakers = List.copyOf(breakers);
      require(!breakers.contains(""), "drySequenceBreakers", "texts that are not empty", breakers);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.DRY;
    }

    @Override
    public boolean isNeutral() {
      return multiplier == 0 || lastTokens == 0;
    }
  }

  /// Keeps tokens whose logit is at most `n` standard deviations (of all logits) below the best.
  ///
  /// @param n 0 or less keeps all
  record TopNSigma(float n) implements SamplerStep {
    public TopNSigma {
      require(Float.isFinite(n), "topNSigma", "finite", n);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.TOP_N_SIGMA;
    }

    @Override
    public boolean isNeutral() {
      return n <= 0;
    }
  }

  /// Keeps the k most likely tokens.
  ///
  /// @param k 0 keeps all
  record TopK(int k) implements SamplerStep {
    public TopK {
      require(k >= 0, "topK", "0 or more", k);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.TOP_K;
    }

    @Override
    public boolean isNeutral() {
      return k == 0;
    }
  }

  /// Locally typical sampling: keeps the tokens whose surprise is nearest to the expected one,
  /// until their probabilities together exceed p; the token that crosses p is included.
  ///
  /// @param p above 0 and at most 1; 1 keeps all
  record TypicalP(float p) implements SamplerStep {
    public TypicalP {
      require(p > 0 && p <= 1, "typicalP", "above 0 and at most 1", p);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.TYPICAL_P;
    }

    @Override
    public boolean isNeutral() {
      return p == 1;
    }
  }

  /// Nucleus sampling: keeps the most likely tokens until their probabilities together exceed p;
  /// the token that crosses p is included.
  ///
  /// @param p above 0 and at most 1; 1 keeps all
  record TopP(float p) implements SamplerStep {
    public TopP {
      require(p > 0 && p <= 1, "topP", "above 0 and at most 1", p);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.TOP_P;
    }

    @Override
    public boolean isNeutral() {
      return p == 1;
    }
  }

  /// Keeps tokens at least p times as likely as the most likely one.
  ///
  /// @param p from 0 to 1; 0 keeps all
  record MinP(float p) implements SamplerStep {
    public MinP {
      requireProbability("minP", p);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.MIN_P;
    }

    @Override
    public boolean isNeutral() {
      return p == 0;
    }
  }

  /// Exclude Top Choices (XTC): now and then drops all tokens whose probability reaches the
  /// threshold, except the least likely of them.
  ///
  /// @param probability of acting at a token, from 0 to 1; 0 never acts
  /// @param threshold from 0 to 1; above 0.5 it never acts, since no two tokens can reach it
  record Xtc(float probability, float threshold) implements SamplerStep {
    /// llama.cpp's default: never acts.
    public static final Xtc DEFAULT = new Xtc(0, 0.1f);

    public Xtc {
      requireProbability("xtcProbability", probability);
      requireProbability("xtcThreshold", threshold);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.XTC;
    }

    @Override
    public boolean isNeutral() {
      return probability == 0 || threshold > 0.5f;
    }
  }

  /// For the middle of a text: keeps the tokens that end the answer where they are likely for the
  /// number of candidates; else lets tokens that begin one another count as one, and keeps those of
  /// at least a fifth, or ends the answer where there is none. Steps that narrow, such as top-k,
  /// belong before it.
  record Infill() implements SamplerStep {
    @Override
    public SamplerKind kind() {
      return SamplerKind.INFILL;
    }

    @Override
    public boolean isNeutral() {
      return false;
    }
  }

  /// Divides the logits by a temperature.
  ///
  /// @param value 0 always takes the most likely token; higher is more varied
  /// @param range dynamic temperature: above 0 the temperature lies between value − range and value
  ///   + range, lower where the model is surer (by the entropy of its distribution)
  /// @param exponent of dynamic temperature: how it grows with the entropy; 1 is linear
  record Temperature(float value, float range, float exponent) implements SamplerStep {
    public Temperature {
      require(value >= 0 && Float.isFinite(value), "temperature", "0 or more", value);
      require(range >= 0 && Float.isFinite(range), "dynatempRange", "0 or more", range);
      require(exponent >= 0 && Float.isFinite(exponent), "dynatempExponent", "0 or more", exponent);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.TEMPERATURE;
    }

    @Override
    public boolean isNeutral() {
      return value == 1 && range == 0;
    }
  }

  /// Draws so that the probabilities of the drawn tokens average a target.
  ///
  /// @param target from 0 to 1; negative for an ordinary draw
  /// @param decay from 0 to 0.99: the average is over about the last `1/(1 − decay)` tokens
  record AdaptiveP(float target, float decay) implements SamplerStep {
    /// llama.cpp's default: an ordinary draw.
    public static final AdaptiveP DEFAULT = new AdaptiveP(-1, 0.9f);

    public AdaptiveP {
      require(
          target <= 1 && target > Float.NEGATIVE_INFINITY, "adaptiveTarget", "at most 1", target);
      require(decay >= 0 && decay <= 0.99f, "adaptiveDecay", "from 0 to 0.99", decay);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.ADAPTIVE_P;
    }

    @Override
    public boolean isNeutral() {
      return target < 0;
    }
  }

  /// Draws so that the surprise of the answer stays near a target (Basu et al., "Mirostat", 2021).
  ///
  /// @param version 1: by the estimated Zipf exponent, version 2: by the surprise of each token
  /// @param tau the target surprise in bits
  /// @param eta the learning rate
  record Mirostat(int version, float tau, float eta) implements SamplerStep {
    /// llama.cpp's default values, version 2.
    public static final Mirostat DEFAULT = new Mirostat(2, 5, 0.1f);

    public Mirostat {
      require(version == 1 || version == 2, "mirostat", "1 or 2", version);
      require(tau >= 0 && Float.isFinite(tau), "mirostatTau", "0 or more and finite", tau);
      require(eta >= 0 && Float.isFinite(eta), "mirostatEta", "0 or more and finite", eta);
    }

    @Override
    public SamplerKind kind() {
      return SamplerKind.MIROSTAT;
    }

    @Override
    public boolean isNeutral() {
      return false;
    }
  }
}
