package puna.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/// What each caller was served, in tokens, so that the one who was served least goes first.
///
/// A caller who comes, or comes back, counts as served as much as the least served of those who are
/// there: nobody saves up for later by staying away (virtual token counters, Sheng et al.,
/// "Fairness in Serving Large Language Models", 2024).
final class CallerShares {
  /// A token that is generated takes about as much as this many that are read.
  private static final int GENERATED = 2;

  /// Callers without requests that are remembered, so that leaving and coming back gains nothing.
  private static final int MOST_AWAY = 4096;

  private final Map<String, Share> present = new LinkedHashMap<>();
  private final Map<String, Share> away = new LinkedHashMap<>(16, 0.75f, true);

  /// One caller's.
  static final class Share {
    private final String caller;
    private long served;
    private int requests;

    private Share(String caller) {
      this.caller = caller;
    }

    /// In tokens that are read.
    long served() {
      return served;
    }

    void read(int tokens) {
      served += tokens;
    }

    void generated(int tokens) {
      served += (long) GENERATED * tokens;
    }
  }

  /// A request of a caller has come.
  Share arrive(String caller) {
    Share share = present.get(caller);
    if (share == null) {
      share = back(caller);
      present.put(caller, share);
    }
    share.requests++;
    return share;
  }

  private Share back(String caller) {
    Share known = away.remove(caller);
    Share share = known == null ? new Share(caller) : known;
    long least = Long.MAX_VALUE;
    for (Share other : present.values()) {
      least = Math.min(least, other.served);
    }
    share.served = least == Long.MAX_VALUE ? share.served : Math.max(share.served, least);
    return share;
  }

  /// A request is gone.
  void leave(Share share) {
    if (--share.requests == 0) {
      present.remove(share.caller);
      away.put(share.caller, share);
      if (away.size() > MOST_AWAY) {
        away.remove(away.keySet().iterator().next());
      }
    }
  }
}
