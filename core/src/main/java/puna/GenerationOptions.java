package puna;

import java.util.List;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.OptionValues;
import puna.sample.SamplingOptions;

/// How a raw text is gone on with.
public final class GenerationOptions extends AnswerOptions<GenerationOptions> {
  private GenerationOptions(SamplingOptions sampling, OptionValues values) {
    super(sampling, values);
  }

  /// Nothing is set.
  public static GenerationOptions defaults() {
    return new GenerationOptions(SamplingOptions.defaults(), OptionValues.none());
  }

  /// Always the most likely token.
  public static GenerationOptions greedy() {
    return defaults().withSampling(SamplingOptions.greedy());
  }

  @Override
  GenerationOptions with(SamplingOptions changedSampling, OptionValues changed) {
    return new GenerationOptions(changedSampling, changed);
  }

  /// Options from a JSON object.
  ///
  /// @throws JsonException when a member is no such option or its value breaks a rule, with its
  ///   path
  public static GenerationOptions fromJson(JsonObject json) {
    Read read = Read.of(json, List.of());
    return new GenerationOptions(read.sampling(), read.values());
  }
}
