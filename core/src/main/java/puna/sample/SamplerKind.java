package puna.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The kinds of sampler steps with llama.cpp's names and letters, in its default order.
public enum SamplerKind {
  PENALTIES('e', "penalties"),
  DRY('d', "dry"),
  TOP_N_SIGMA('s', "top_n_sigma", "top-n-sigma"),
  TOP_K('k', "top_k", "top-k"),
  TYPICAL_P('y', "typ_p", "typical_p", "typical-p", "typical", "typ-p", "typ"),
  TOP_P('p', "top_p", "top-p", "nucleus"),
  MIN_P('m', "min_p", "min-p"),
  XTC('x', "xtc"),
  TEMPERATURE('t', "temperature", "temp"),
  /// It draws as well, so that it is always the last.
  ADAPTIVE_P('a', "adaptive_p", "adaptive-p"),
  /// It draws as well, so that it is always the last. llama.cpp has no name for it in its lists.
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

  /// The step with llama.cpp's default values.
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
      case TEMPERATURE -> new SamplerStep.Temperature(0.8f, 0, 1);
      case ADAPTIVE_P -> SamplerStep.AdaptiveP.DEFAULT;
      case MIROSTAT -> SamplerStep.Mirostat.DEFAULT;
    };
  }

  /// The kinds that a list names.
  ///
  /// @param list names with `;` between them, such as `penalties;top_k;temperature`
  /// @throws IllegalArgumentException when a name is unknown or comes twice
  public static List<SamplerKind> ofNames(String list) {
    return ofNames(List.of(list.split(";", -1)));
  }

  /// The kinds of these names.
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

  /// The kinds that letters name.
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
