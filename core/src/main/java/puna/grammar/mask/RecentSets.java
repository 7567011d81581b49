package puna.grammar.mask;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import puna.grammar.automaton.State;

/// The sets of tokens that were used last, as many as a budget has room for. A set is found anew in
/// some 100 microseconds, so that more room would gain little.
final class RecentSets {
  /// The room of the sets, 128 of them for 128 Ki tokens.
  static final long MOST_BYTES = 2 << 20;

  private static final long OVERHEAD = 512; // of an entry, with its state

  private final Map<State, TokenSet> sets = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  @Nullable TokenSet get(State state) {
    return sets.get(state);
  }

  /// Keeps a set; those that were not asked for longest make room for it.
  void put(State state, TokenSet set) {
    TokenSet before = sets.put(state, set);
    bytes += set.bytes() + OVERHEAD - (before == null ? 0 : before.bytes() + OVERHEAD);
    Iterator<TokenSet> eldest = sets.values().iterator();
    while (bytes > MOST_BYTES && sets.size() > 1) {
      bytes -= eldest.next().bytes() + OVERHEAD;
      eldest.remove();
    }
  }

  long bytes() {
    return bytes;
  }
}
