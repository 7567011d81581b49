package puna.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import puna.token.Tokenizer;

/// The texts of a vocabulary's special tokens, to be found in what a template printed.
final class SpecialTexts {
  private final Set<String> texts = new HashSet<>();
  private final Map<Character, List<Integer>> lengths = new HashMap<>();

  SpecialTexts(Tokenizer tokenizer) {
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      String text = tokenizer.isSpecial(id) ? tokenizer.piece(id) : "";
      if (!text.isEmpty() && tokenizer.special(text).isPresent() && texts.add(text)) {
        List<Integer> known = lengths.computeIfAbsent(text.charAt(0), _ -> new ArrayList<>());
        if (!known.contains(text.length())) {
          known.add(text.length());
        }
      }
    }
    lengths.values().forEach(known -> known.sort(Comparator.reverseOrder()));
  }

  /// The longest special token that begins at a place.
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
