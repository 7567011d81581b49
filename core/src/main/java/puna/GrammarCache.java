package puna;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import puna.grammar.Grammar;
import puna.grammar.automaton.CompiledGrammar;
import puna.grammar.mask.StateMasks;
import puna.grammar.mask.TokenTrie;
import puna.token.Tokenizer;

/// The grammars that a model's answers were bound to lately, ready for the next answer.
final class GrammarCache {
  private static final int MOST_KEPT = 32;

  private final Tokenizer tokenizer;
  private final Map<Object, StateMasks> masks = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable TokenTrie trie;

  GrammarCache(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// @param key of the grammar; equal keys must mean equal grammars
  /// @throws puna.error.GrammarException when the grammar is wrong or too large
  synchronized StateMasks masks(Object key, Supplier<Grammar> grammar) {
    StateMasks known = masks.get(key);
    if (known == null) {
      known = new StateMasks(CompiledGrammar.compile(grammar.get()), trie());
      masks.put(key, known);
      if (masks.size() > MOST_KEPT) {
        masks.remove(masks.keySet().iterator().next());
      }
    }
    return known;
  }

  private TokenTrie trie() {
    TokenTrie made = trie == null ? TokenTrie.of(tokenizer) : trie;
    trie = made;
    return made;
  }
}
