package puna.token.file;

import java.util.List;
import java.util.Set;
import puna.json.JsonPlace;
import puna.token.model.PreTokenizer;
import puna.token.model.SentencePieceRules.SpacePrefix;

/// What a tokenizer.json does to text before the merges: its normalizer, pre-tokenizer and decoder.
sealed interface HuggingFaceText {
  /// Text is cut by a rule and merged byte by byte.
  record ByteLevel(PreTokenizer preTokenizer) implements HuggingFaceText {}

  /// Spaces become ▁ and nothing is cut.
  record Spaced(SpacePrefix prefix) implements HuggingFaceText {}

  /// @param root the file
  /// @throws ModelFormatException when the three are no combination that is supported
  static HuggingFaceText of(JsonPlace root) {
    JsonPlace normalizer = root.get("normalizer");
    JsonPlace preTokenizer = root.get("pre_tokenizer");
    List<JsonPlace> cutting = steps(preTokenizer, "pretokenizers");
    if (!cutting.isEmpty() && type(cutting.getLast()).equals("ByteLevel")) {
      requireNull(normalizer);
      requireTypes(steps(root.get("decoder"), "decoders"), Set.of("ByteLevel"));
      return new ByteLevel(byteLevel(preTokenizer, cutting));
    }
    requireTypes(
        steps(root.get("decoder"), "decoders"),
        Set.of("Replace", "ByteFallback", "Fuse", "Strip", "Metaspace"));
    return new Spaced(spaced(normalizer, preTokenizer, cutting));
  }

  private static PreTokenizer byteLevel(JsonPlace preTokenizer, List<JsonPlace> steps) {
    JsonPlace last = steps.getLast();
    require(last, "add_prefix_space", "false", true);
    boolean usesRegex = last.get("use_regex").map(JsonPlace::isTrue).orElse(true);
    if (steps.size() == 1 && usesRegex) {
      return PreTokenizer.GPT2;
    }
    if (steps.size() == 2 && usesRegex && type(steps.getFirst()).equals("Digits")) {
      require(steps.getFirst(), "individual_digits", "true", false);
      return PreTokenizer.SMOLLM;
    }
    if (steps.size() == 2 && !usesRegex && type(steps.getFirst()).equals("Split")) {
      return split(steps.getFirst());
    }
    throw preTokenizer.refusal(
        "must be ByteLevel, or Digits and ByteLevel, or Split and ByteLevel without a regex");
  }

  private static PreTokenizer split(JsonPlace split) {
    if (!split.get("behavior").string().equals("Isolated")) {
      throw split.get("behavior").refusal("must be \"Isolated\"");
    }
    require(split, "invert", "false", false);
    JsonPlace regex = split.get("pattern").get("Regex");
    return PreTokenizer.ruled(regex.string())
        .orElseThrow(() -> regex.refusal("must be the rule of GPT-2, Llama 3 or Llama 4"));
  }

  private static SpacePrefix spaced(
      JsonPlace normalizer, JsonPlace preTokenizer, List<JsonPlace> cutting) {
    SpacePrefix normalized = SpacePrefix.NEVER;
    boolean replaces = false;
    for (JsonPlace step : steps(normalizer, "normalizers")) {
      switch (type(step)) {
        case "Prepend" -> {
          requireText(step.get("prepend"), "▁");
          normalized = SpacePrefix.EVERYWHERE;
        }
        case "Replace" -> {
          requireText(step.get("pattern").get("String"), " ");
          requireText(step.get("content"), "▁");
          replaces = true;
        }
        default -> throw step.refusal("must be Prepend or Replace");
      }
    }
    if (cutting.isEmpty() && replaces) {
      return normalized;
    }
    if (cutting.size() == 1
        && normalized == SpacePrefix.NEVER
        && type(cutting.getFirst()).equals("Metaspace")) {
      return metaspace(cutting.getFirst());
    }
    throw preTokenizer.refusal(
        "must be ByteLevel, or Metaspace, or absent where the normalizer replaces spaces by ▁");
  }

  private static SpacePrefix metaspace(JsonPlace metaspace) {
    requireText(metaspace.get("replacement"), "▁");
    require(metaspace, "split", "false", true);
    JsonPlace scheme = metaspace.get("prepend_scheme");
    if (scheme.isAbsent()) {
      return metaspace.get("add_prefix_space").map(JsonPlace::isTrue).orElse(true)
          ? SpacePrefix.EVERYWHERE_UNLESS_THERE
          : SpacePrefix.NEVER;
    }
    return switch (scheme.string()) {
      case "always" -> SpacePrefix.EVERYWHERE_UNLESS_THERE;
      case "first" -> SpacePrefix.AT_START_UNLESS_THERE;
      case "never" -> SpacePrefix.NEVER;
      default -> throw scheme.refusal("must be \"first\", \"always\" or \"never\"");
    };
  }

  /// The steps of a Sequence, or the one step, or none.
  static List<JsonPlace> steps(JsonPlace place, String sequence) {
    if (place.isAbsent()) {
      return List.of();
    }
    return type(place).equals("Sequence") ? place.get(sequence).elements() : List.of(place);
  }

  static String type(JsonPlace place) {
    return place.get("type").string();
  }

  private static void require(JsonPlace place, String name, String wanted, Boolean byDefault) {
    JsonPlace member = place.get(name);
    if (member.map(JsonPlace::isTrue).orElse(byDefault) != Boolean.parseBoolean(wanted)) {
      throw member.refusal("must be " + wanted);
    }
  }

  private static void requireText(JsonPlace place, String wanted) {
    if (!place.string().equals(wanted)) {
      throw place.refusal("must be \"" + wanted + '"');
    }
  }

  private static void requireNull(JsonPlace place) {
    if (!place.isAbsent()) {
      throw place.refusal("must be null beside a ByteLevel pre-tokenizer");
    }
  }

  private static void requireTypes(List<JsonPlace> steps, Set<String> types) {
    for (JsonPlace step : steps) {
      if (!types.contains(type(step))) {
        throw step.refusal("must be one of " + types.stream().sorted().toList());
      }
    }
  }
}
