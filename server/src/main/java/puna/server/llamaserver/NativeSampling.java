package puna.server.llamaserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonObject;
import puna.json.JsonValue.JsonString;
import puna.sample.SamplerKind;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;
import puna.server.wire.Failure;
import puna.server.wire.Fields;
import puna.server.work.SamplingFields;
import puna.server.work.SamplingFields.Range;

/// Sampling parameters by llama.cpp's names. Those that a request does not set are the model's own,
/// else llama.cpp's.
final class NativeSampling {
  private static final int MOST = Integer.MAX_VALUE;
  private static final double LARGEST = Float.MAX_VALUE;

  private static final List<Range> NUMBERS =
      with(
          Range.NUMBERS,
          new Range("temperature", -LARGEST, LARGEST),
          new Range("top_p", 0, LARGEST),
          new Range("min_p", 0, 1),
          new Range("repeat_penalty", Float.MIN_NORMAL, LARGEST),
          new Range("presence_penalty", -LARGEST, LARGEST),
          new Range("frequency_penalty", -LARGEST, LARGEST));

  private static final List<Range> INTEGERS = with(Range.INTEGERS, new Range("top_k", -1, MOST));

  private static List<Range> with(List<Range> some, Range... more) {
    List<Range> all = new ArrayList<>(some);
    all.addAll(List.of(more));
    return List.copyOf(all);
  }

  private NativeSampling() {}

  /// Reads all but `logit_bias`, which needs the model's tokenizer.
  ///
  /// @throws Failure when one is of another type or outside its bounds
  static SamplingOptions read(Fields request) {
    JsonObject.Builder set = SamplingFields.set(request, NUMBERS, INTEGERS);
    if (request.has("dry_sequence_breakers")) {
      List<JsonString> breakers =
          request.texts("dry_sequence_breakers").stream().map(JsonString::new).toList();
      set.put("dry_sequence_breakers", breakers);
    }
    samplers(request).ifPresent(kinds -> set.put("samplers", kinds));
    OptionalLong seed = request.whole("seed");
    if (seed.isPresent() && seed.getAsLong() >= 0) { // below 0: any
      set.put("seed", seed.getAsLong());
    }
    SamplingOptions options = SamplingFields.options(set).over(SamplingOptions.llamaCppDefaults());
    options = request.isSet("ignore_eos") ? options.withEndTokens(EndTokens.BANNED) : options;
    return drawing(request, options);
  }

  /// The steps by name, or by letter; names that nobody knows are left out, since clients list
  /// those of every version.
  private static Optional<List<JsonString>> samplers(Fields request) {
    Optional<JsonValue> value = request.value("samplers");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    List<SamplerKind> kinds = new ArrayList<>();
    List<String> names =
        value.get() instanceof JsonString(String letters)
            ? letters.chars().mapToObj(Character::toString).toList()
            : Fields.array(value.get(), "samplers").stream()
                .map(name -> Fields.text(name, "samplers"))
                .toList();
    for (String name : names) {
      known(name, value.get()).filter(kind -> !kinds.contains(kind)).ifPresent(kinds::add);
    }
    return Optional.of(kinds.stream().map(kind -> new JsonString(kind.samplerName())).toList());
  }

  private static Optional<SamplerKind> known(String name, JsonValue list) {
    try {
      return Optional.of(
          (list instanceof JsonString ? SamplerKind.ofLetters(name) : SamplerKind.ofNames(name))
              .getFirst());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Steps that draw are on where their own parameter says so.
  private static SamplingOptions drawing(Fields request, SamplingOptions options) {
    SamplerStep.Mirostat usual = SamplerStep.Mirostat.DEFAULT;
    int version = request.integer("mirostat", 0, 2).orElse(0);
    float tau = number(request, "mirostat_tau", usual.tau());
    float eta = number(request, "mirostat_eta", usual.eta());
    SamplerStep.AdaptiveP adaptive = SamplerStep.AdaptiveP.DEFAULT;
    float target = (float) request.number("adaptive_target", -LARGEST, 1).orElse(adaptive.target());
    float decay = (float) request.number("adaptive_decay", 0, 0.99).orElse(adaptive.decay());
    if (version > 0) {
      return options.with(new SamplerStep.Mirostat(version, tau, eta));
    }
    return target >= 0 ? options.with(new SamplerStep.AdaptiveP(target, decay)) : options;
  }

  private static float number(Fields request, String name, float usual) {
    return (float) request.number(name, 0, LARGEST).orElse(usual);
  }
}
