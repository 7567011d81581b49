package puna;

import java.util.List;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.OptionValues;
import puna.sample.SamplingOptions;

/// How raw text is continued: everything of [AnswerOptions], and nothing more.
public final class GenerationOptions extends AnswerOptions<GenerationOptions> {
  private GenerationOptions(SamplingOptions sampling, OptionValues values) {
    super(sampling, values);
  }

  /// Options of which none is set.
  public static GenerationOptions defaults() {
    return new GenerationOptions(SamplingOptions.defaults(), OptionValues.none());
  }

  /// Greedy decoding: always the most likely token.
  public static GenerationOptions greedy() {
    return defaults().withSampling(SamplingOptions.greedy());
  }

  @Override
  GenerationOptions with(SamplingOptions changedSampling, OptionValues changed) {
    return new GenerationOptions(changedSampling, changed);
  }

  /// Options from JSON as [#toJson] writes it.
  ///
  /// @throws JsonException when there is no option of a member's name, or its value is not allowed;
  ///   the message has the member's path
  public static GenerationOptions fromJson(JsonObject json) {
    Read read = Read.of(json, List.of());
    return new GenerationOptions(read.sampling(), read.values());
  }
}
