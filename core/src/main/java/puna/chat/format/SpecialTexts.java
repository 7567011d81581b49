package puna.chat.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.token.Tokenizer;

/// The texts of a vocabulary's marks, to be found in what a template printed.
final class SpecialTexts {
  private final Set<String> texts;
  private final Map<Character, List<Integer>> lengths = new HashMap<>();

  SpecialTexts(Tokenizer tokenizer) {
    this.texts = tokenizer.markTexts();
    for (String text : texts) {
      List<Integer> known = lengths.computeIfAbsent(text.charAt(0), _ -> new ArrayList<>());
      if (!known.contains(text.length())) {
        known.add(text.length());
      }
    }
    lengths.values().forEach(known -> known.sort(Comparator.reverseOrder()));
  }

  /// The longest mark that begins at a place.
  Optional<String> at(String text, int from) {
    for (int length : lengths.getOrDefault(text.charAt(from), List.of())) {
      if (from + length <= text.length()) {
        String candidate = text.substring(from, from + length);
        if (texts.contains(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }
}
