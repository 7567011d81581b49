package puna.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The kinds of sampler steps, with llama.cpp's names and letters and in its default order.
public enum SamplerKind {
  /// Repeat, frequency and presence penalties.
  PENALTIES('e', "penalties"),
  /// Don't Repeat Yourself: a penalty on repeated sequences.
  DRY('d', "dry"),
  /// Keeps tokens within some standard deviations of the best logit.
  TOP_N_SIGMA('s', "top_n_sigma", "top-n-sigma"),
  /// Keeps the k most likely tokens.
  TOP_K('k', "top_k", "top-k"),
  /// Locally typical sampling.
  TYPICAL_P('y', "typ_p", "typical_p", "typical-p", "typical", "typ-p", "typ"),
  /// Nucleus sampling.
  TOP_P('p', "top_p", "top-p", "nucleus"),
  /// Keeps tokens that are likely enough relative to the most likely one.
  MIN_P('m', "min_p", "min-p"),
  /// Exclude Top Choices: now and then drops the most likely tokens.
  XTC('x', "xtc"),
  /// Ends the middle of a text where the model is not sure how it goes on. No default has it.
  INFILL('i', "infill"),
  /// Divides the logits.
  TEMPERATURE('t', "temperature", "temp"),
  /// Draws tokens of a target probability. Always the last step.
  ADAPTIVE_P('a', "adaptive_p", "adaptive-p"),
  /// Draws tokens of a target surprise. Always the last step; llama.cpp's lists have no name for
  /// it.
  MIROSTAT('r', "mirostat");

  private final char letter;
  private final List<String> names;

  SamplerKind(char letter, String... names) {
    this.letter = letter;
    this.names = List.of(names);
  }

  /// The name in a list such as `top_k;temperature`.
  public String samplerName() {
    return names.getFirst();
  }

  /// The letter in a sequence such as `kt`.
  public char letter() {
    return letter;
  }

  /// True where the step chooses the token itself.
  boolean draws() {
    return this == ADAPTIVE_P || this == MIROSTAT;
  }

  /// A step of this kind with llama.cpp's default values.
  public SamplerStep defaultStep() {
    return switch (this) {
      case PENALTIES -> SamplerStep.Penalties.DEFAULT;
      case DRY -> SamplerStep.Dry.DEFAULT;
      case TOP_N_SIGMA -> new SamplerStep.TopNSigma(-1);
      case TOP_K -> new SamplerStep.TopK(40);
      case TYPICAL_P -> new SamplerStep.TypicalP(1);
      case TOP_P -> new SamplerStep.TopP(0.95f);
      case MIN_P -> new SamplerStep.MinP(0.05f);
      case XTC -> SamplerStep.Xtc.DEFAULT;
      case INFILL -> new SamplerStep.Infill();
      case TEMPERATURE -> new SamplerStep.Temperature(0.8f, 0, 1);
      case ADAPTIVE_P -> SamplerStep.AdaptiveP.DEFAULT;
      case MIROSTAT -> SamplerStep.Mirostat.DEFAULT;
    };
  }

  /// The kinds in a list such as llama.cpp's `--samplers` takes.
  ///
  /// @param list names separated by `;`, such as `penalties;top_k;temperature`
  /// @throws IllegalArgumentException when a name is unknown or comes twice
  public static List<SamplerKind> ofNames(String list) {
    return ofNames(List.of(list.split(";", -1)));
  }

  /// The kinds with these names.
  ///
  /// @throws IllegalArgumentException when a name is unknown or comes twice
  public static List<SamplerKind> ofNames(List<String> names) {
    List<SamplerKind> kinds = new ArrayList<>();
    for (String name : names) {
      String wanted = name.strip();
      add(
          kinds,
          Arrays.stream(values()).filter(kind -> kind.names.contains(wanted)).toList(),
          wanted);
    }
    return List.copyOf(kinds);
  }

  /// The kinds in a sequence of letters such as llama.cpp's `--sampler-seq` takes.
  ///
  /// @param letters one for each step, such as `edskypmxt`
  /// @throws IllegalArgumentException when a letter is unknown or comes twice
  public static List<SamplerKind> ofLetters(String letters) {
    List<SamplerKind> kinds = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      add(
          kinds,
          Arrays.stream(values()).filter(kind -> kind.letter == letter).toList(),
          String.valueOf(letter));
    }
    return List.copyOf(kinds);
  }

  /// @throws IllegalArgumentException when a kind comes twice, or another follows one that draws
  static void requireOrder(List<SamplerKind> kinds) {
    for (int i = 0; i < kinds.size(); i++) {
      SamplerKind kind = kinds.get(i);
      Checks.require(kinds.indexOf(kind) == i, "steps", "of different kinds", kind + " again");
      Checks.require(
          !kind.draws() || i == kinds.size() - 1,
          "steps",
          "such that one that draws comes last",
          kind + " before another");
    }
  }

  private static void add(List<SamplerKind> kinds, List<SamplerKind> matching, String found) {
    if (matching.isEmpty()) {
      String known =
          Arrays.stream(values())
              .map(kind -> kind.samplerName() + " (" + kind.letter + ")")
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "samplers must be among %s, found '%s'".formatted(known, found));
    }
    Checks.require(
        !kinds.contains(matching.getFirst()),
        "samplers",
        "named once each",
        "'" + found + "' again");
    kinds.add(matching.getFirst());
  }
}
