package puna;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import puna.sample.SamplerKind;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;

/// The sampling parameters that a model's makers suggest: the metadata `general.sampling.*`, which
/// llama.cpp reads too. They are a suggestion: what is odd is passed over with a warning.
final class SuggestedSampling {
  /// What the keys begin with.
  static final String PREFIX = "general.sampling.";

  private final Metadata metadata;
  private final ModelWarnings warnings;
  private final List<String> read = new ArrayList<>();
  private SamplingOptions options = SamplingOptions.defaults();
  private SamplerStep.Mirostat mirostat = SamplerStep.Mirostat.DEFAULT;

  private SuggestedSampling(Metadata metadata, ModelWarnings warnings) {
    this.metadata = metadata;
    this.warnings = warnings;
  }

  /// The parameters that the metadata set, and no others.
  static SamplingOptions of(Metadata metadata, ModelWarnings warnings) {
    return new SuggestedSampling(metadata, warnings).all();
  }

  private SamplingOptions all() {
    integer("top_k", SamplingOptions::withTopK);
    number("top_p", SamplingOptions::withTopP);
    number("min_p", SamplingOptions::withMinP);
    number("temp", SamplingOptions::withTemperature);
    integer("penalty_last_n", SamplingOptions::withPenaltyWindow);
    number("penalty_repeat", SamplingOptions::withRepeatPenalty);
    number("xtc_probability", (o, p) -> o.with(new SamplerStep.Xtc(p, xtc(o).threshold())));
    number("xtc_threshold", (o, t) -> o.with(new SamplerStep.Xtc(xtc(o).probability(), t)));
    sequence();
    mirostat();
    for (String key : metadata.values().keySet()) {
      if (key.startsWith(PREFIX) && !read.contains(key)) {
        warn(key, "is no sampling parameter that Puna knows");
      }
    }
    return options;
  }

  private static SamplerStep.Xtc xtc(SamplingOptions options) {
    return options.step(SamplerStep.Xtc.class).orElse(SamplerStep.Xtc.DEFAULT);
  }

  /// The steps by name; llama.cpp too goes on without those that it does not know.
  private void sequence() {
    Optional<Object> value = value("sequence");
    if (value.isEmpty()) {
      return;
    }
    String key = PREFIX + "sequence";
    if (!(value.get() instanceof String names)) {
      warn(key, "must be names separated by ;");
      return;
    }
    List<SamplerKind> kinds = new ArrayList<>();
    for (String name : names.split(";", -1)) {
      try {
        SamplerKind kind = SamplerKind.ofNames(name).getFirst();
        if (kinds.contains(kind)) {
          warn(key, "must name each step once, found '%s' again".formatted(name));
        } else {
          kinds.add(kind);
        }
      } catch (IllegalArgumentException e) {
        warn(key, String.valueOf(e.getMessage()));
      }
    }
    if (!kinds.isEmpty()) {
      set("sequence", kinds, SamplingOptions::withOrder); // two that draw are one too many
    }
  }

  /// Mirostat, which replaces all steps but the temperature; version 0 is none.
  private void mirostat() {
    number(
        "mirostat_tau",
        (o, tau) -> {
          mirostat = new SamplerStep.Mirostat(mirostat.version(), tau, mirostat.eta());
          return o;
        });
    number(
        "mirostat_eta",
        (o, eta) -> {
          mirostat = new SamplerStep.Mirostat(mirostat.version(), mirostat.tau(), eta);
          return o;
        });
    integer(
        "mirostat",
        (o, version) ->
            version == 0
                ? o
                : o.with(new SamplerStep.Mirostat(version, mirostat.tau(), mirostat.eta())));
  }

  private void integer(String name, BiFunction<SamplingOptions, Integer, SamplingOptions> with) {
    value(name)
        .ifPresent(value -> {
          if (value instanceof Long integer && integer == integer.intValue()) {
            set(name, integer.intValue(), with);
          } else {
            warn(PREFIX + name, "must be an integer of 32 bits, found " + shown(value));
          }
        });
  }

  private void number(String name, BiFunction<SamplingOptions, Float, SamplingOptions> with) {
    value(name)
        .ifPresent(value -> {
          switch (value) {
            case Long integer -> set(name, integer.floatValue(), with);
            case Double number -> set(name, number.floatValue(), with);
            default -> warn(PREFIX + name, "must be a number, found " + shown(value));
          }
        });
  }

  private <T> void set(String name, T value, BiFunction<SamplingOptions, T, SamplingOptions> with) {
    try {
      options = with.apply(options, value);
    } catch (IllegalArgumentException e) {
      warn(PREFIX + name, "cannot be used: " + e.getMessage());
    }
  }

  private Optional<Object> value(String name) {
    String key = PREFIX + name;
    read.add(key);
    return metadata.has(key) ? Optional.ofNullable(metadata.values().get(key)) : Optional.empty();
  }

  private void warn(String key, String finding) {
    warnings.add("metadata key %s %s; it is ignored".formatted(key, finding));
  }

  private static String shown(Object value) {
    return switch (value) {
      case Boolean flag -> "the bool " + flag;
      case String text -> "\"%s\"".formatted(text.substring(0, Math.min(40, text.length())));
      case Long integer -> String.valueOf(integer);
      case Double number -> String.valueOf(number);
      default -> "a list";
    };
  }
}
