package puna;

import java.util.List;
import java.util.OptionalInt;
import puna.error.JsonException;
import puna.json.JsonValue.JsonObject;
import puna.options.Option;
import puna.options.OptionValues;
import puna.sample.SamplingOptions;

/// How raw text is continued: everything of [AnswerOptions], and what only makes sense for raw
/// text.
public final class GenerationOptions extends AnswerOptions<GenerationOptions> {
  private static final Option<Integer> MIN_INDENTATION =
      Option.integer("minIndentation", 0).inJson("n_indent");

  private GenerationOptions(SamplingOptions sampling, OptionValues values) {
    super(sampling, values);
  }

  /// Options of which none is set.
  public static GenerationOptions defaults() {
    return new GenerationOptions(SamplingOptions.defaults(), OptionValues.none());
  }

  /// How many spaces and tabs each line must begin with, but for the first, which goes on with a
  /// line of the prompt. The answer ends in front of the first character of a line that has fewer,
  /// be it an empty one: a completion within a block of code ends with the block. The finish reason
  /// is `STOP`. Default: 0, so that nothing ends it.
  public GenerationOptions withMinIndentation(int value) {
    return with(MIN_INDENTATION, value);
  }

  /// The least indentation of lines; empty when unset.
  public OptionalInt minIndentation() {
    return get(MIN_INDENTATION).stream().mapToInt(value -> value).findFirst();
  }

  @Override
  int indentation() {
    return minIndentation().orElse(0);
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
    Read read = Read.of(json, List.of(MIN_INDENTATION));
    return new GenerationOptions(read.sampling(), read.values());
  }
}
