package puna.grammar.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import puna.error.GrammarException;
import puna.grammar.Work;

/// A set of texts as a minimal deterministic automaton over code points.
///
/// State 0 is the first. From state `s`, a code point of `starts[s][i]` up to the next start leads
/// to `targets[s][i]`, where [#DEAD] means that nothing follows. Equal sets have equal automata.
final class Dfa {
  static final int DEAD = -1;
  static final int LAST_CODE_POINT = Character.MAX_CODE_POINT;

  /// Beyond this many states an expression is refused.
  static final int MOST_STATES = 16_384;

  static final Dfa NONE = new Dfa(new int[][] {{0}}, new int[][] {{DEAD}}, new boolean[] {false});
  static final Dfa ANY = new Dfa(new int[][] {{0}}, new int[][] {{0}}, new boolean[] {true});

  private enum Operation {
    AND,
    OR,
    MINUS
  }

  private final int[][] starts;
  private final int[][] targets;
  private final boolean[] accepting;
  private int hash;
  private @Nullable List<String> words; // in order, where they are known to be all

  Dfa(int[][] starts, int[][] targets, boolean[] accepting) {
    this.starts = starts;
    this.targets = targets;
    this.accepting = accepting;
  }

  /// The texts of `minimum` to `maximum` code points; `Integer.MAX_VALUE` for any number.
  static Dfa length(int minimum, int maximum) {
    if (minimum > maximum) {
      return NONE;
    }
    int last = maximum == Integer.MAX_VALUE ? minimum : maximum;
    Work.spend(last);
    int[][] starts = new int[last + 1][];
    int[][] targets = new int[last + 1][];
    boolean[] accepting = new boolean[last + 1];
    for (int i = 0; i <= last; i++) {
      starts[i] = new int[] {0};
      boolean unbounded = maximum == Integer.MAX_VALUE;
      targets[i] = new int[] {i < last ? i + 1 : unbounded ? last : DEAD};
      accepting[i] = i >= minimum;
    }
    return new Dfa(starts, targets, accepting);
  }

  /// Exactly this text.
  static Dfa word(String word) {
    DfaBuilder builder = new DfaBuilder();
    int[] characters = word.codePoints().toArray();
    for (int i = 0; i < characters.length; i++) {
      builder.begin(false);
      builder.edge(characters[i], characters[i], i + 1);
    }
    builder.begin(true);
    Dfa dfa = builder.build();
    dfa.words = List.of(word);
    return dfa;
  }

  /// Exactly these texts.
  static Dfa words(Collection<String> words) {
    if (words.size() == 1) {
      return word(words.iterator().next());
    }
    List<Map<Integer, Integer>> edges = new ArrayList<>(List.of(new java.util.TreeMap<>()));
    List<Boolean> ends = new ArrayList<>(List.of(false));
    for (String word : words) {
      int state = 0;
      for (int c : word.codePoints().toArray()) {
        Integer next = edges.get(state).get(c);
        if (next == null) {
          next = edges.size();
          edges.get(state).put(c, next);
          edges.add(new java.util.TreeMap<>());
          ends.add(false);
        }
        state = next;
      }
      ends.set(state, true);
    }
    DfaBuilder builder = new DfaBuilder();
    for (int state = 0; state < edges.size(); state++) {
      builder.begin(ends.get(state));
      edges.get(state).forEach((c, next) -> builder.edge(c, c, next));
    }
    Dfa dfa = builder.build().minimized();
    dfa.words = List.copyOf(new java.util.TreeSet<>(words));
    return dfa;
  }

  static void checkSize(long states) {
    if (states > MOST_STATES) {
      throw new GrammarException(
          "needs more than the %s states that are kept for one set of texts"
              .formatted(MOST_STATES));
    }
  }

  int size() {
    return accepting.length;
  }

  boolean accepts(int state) {
    return accepting[state];
  }

  int[] starts(int state) {
    return starts[state];
  }

  int[] targets(int state) {
    return targets[state];
  }

  boolean isEmpty() {
    return equals(NONE);
  }

  boolean accepts(String text) {
    List<String> known = words;
    if (known != null && known.size() == 1) {
      return known.getFirst().equals(text);
    }
    int state = 0;
    for (int i = 0; i < text.length() && state != DEAD; ) {
      int c = text.codePointAt(i);
      state = next(state, c);
      i += Character.charCount(c);
    }
    return state != DEAD && accepting[state];
  }

  /// True where only the number of characters matters, and all numbers between the least and the
  /// most are allowed.
  boolean isLengths() {
    for (int state = 0; state < size(); state++) {
      int target = targets[state][0];
      boolean last = state == size() - 1;
      boolean inOrder = last ? target == DEAD || target == state : target == state + 1;
      if (starts[state].length != 1
          || !inOrder
          || !last && accepting[state] && !accepting[state + 1]) {
        return false;
      }
    }
    return accepting[size() - 1];
  }

  /// The least number of characters, where only their number matters.
  private int least() {
    int state = 0;
    while (!accepting[state]) {
      state++;
    }
    return state;
  }

  private int most() {
    return targets[size() - 1][0] == DEAD ? size() - 1 : Integer.MAX_VALUE;
  }

  /// One of the shortest texts of a set that is not empty.
  String shortest() {
    Map<Integer, String> texts = new HashMap<>(Map.of(0, ""));
    ArrayDeque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int state = open.remove();
      String text = texts.getOrDefault(state, "");
      if (accepting[state]) {
        return text;
      }
      for (int i = 0; i < starts[state].length; i++) {
        int target = targets[state][i];
        if (target != DEAD
            && texts.putIfAbsent(target, text + Character.toString(starts[state][i])) == null) {
          open.add(target);
        }
      }
    }
    throw new IllegalStateException("no text of an empty set");
  }

  Dfa and(Dfa other) {
    if (equals(ANY) || other.equals(NONE)) {
      return other;
    }
    if (other.equals(ANY) || equals(NONE)) {
      return this;
    }
    if (words != null || other.words != null) {
      return words != null ? filtered(words, other, true) : other.and(this);
    }
    return isLengths() && other.isLengths()
        ? length(Math.max(least(), other.least()), Math.min(most(), other.most()))
        : combine(other, Operation.AND);
  }

  Dfa or(Dfa other) {
    if (equals(NONE) || other.equals(ANY)) {
      return other;
    }
    return other.equals(NONE) || equals(ANY) ? this : combine(other, Operation.OR);
  }

  Dfa minus(Dfa other) {
    if (other.equals(NONE)) {
      return this;
    }
    if (words != null) {
      return filtered(words, other, false);
    }
    return equals(ANY) ? other.complement() : combine(other, Operation.MINUS);
  }

  private static Dfa filtered(List<String> words, Dfa other, boolean accepted) {
    List<String> kept = words.stream().filter(word -> other.accepts(word) == accepted).toList();
    return kept.isEmpty() ? NONE : words(kept);
  }

  /// All other texts: the same states, with one more for what leads nowhere here. That is minimal
  /// again, so only the states' order is to be found.
  Dfa complement() {
    int[] numbers = new int[size() + 1]; // of the old states, and of the one for all other texts
    Arrays.fill(numbers, DEAD);
    int[] states = new int[size() + 1];
    int count = 1;
    numbers[0] = 0;
    DfaBuilder builder = new DfaBuilder();
    for (int i = 0; i < count; i++) {
      int state = states[i];
      boolean beyond = state == size();
      builder.begin(beyond || !accepting[state]);
      int ranges = beyond ? 1 : starts[state].length;
      for (int range = 0; range < ranges; range++) {
        int target = beyond || targets[state][range] == DEAD ? size() : targets[state][range];
        if (target < size() && isAll(target)) {
          continue;
        }
        if (numbers[target] == DEAD) {
          numbers[target] = count;
          states[count++] = target;
        }
        int first = beyond ? 0 : starts[state][range];
        boolean last = range + 1 == ranges;
        builder.edge(first, last ? LAST_CODE_POINT : starts[state][range + 1] - 1, numbers[target]);
      }
    }
    return isAll(0) ? NONE : equals(NONE) ? ANY : builder.build();
  }

  private boolean isAll(int state) {
    return accepting[state] && targets[state].length == 1 && targets[state][0] == state;
  }

  /// True where a text is the only one.
  boolean isWord(String text) {
    Optional<List<String>> all = words(1);
    return all.isPresent() && all.get().size() == 1 && all.get().getFirst().equals(text);
  }

  /// All texts, or nothing when there are more than `limit`.
  Optional<List<String>> words(int limit) {
    List<String> known = words;
    if (known != null) {
      return known.size() <= limit ? Optional.of(known) : Optional.empty();
    }
    List<String> found = new ArrayList<>();
    boolean complete = collect(0, new StringBuilder(), found, limit);
    return complete ? Optional.of(found) : Optional.empty();
  }

  // Minimal automata have no dead ends: a path as long as there are states has a loop in it.
  private boolean collect(int state, StringBuilder prefix, List<String> words, int limit) {
    if (prefix.length() > 2 * size() || prefix.length() > 500 || words.size() > limit) {
      return false;
    }
    if (accepting[state]) {
      words.add(prefix.toString());
    }
    for (int i = 0; i < starts[state].length; i++) {
      int target = targets[state][i];
      int end = i + 1 < starts[state].length ? starts[state][i + 1] - 1 : LAST_CODE_POINT;
      if (target != DEAD && end - starts[state][i] >= limit) {
        return false;
      }
      for (int c = starts[state][i]; target != DEAD && c <= end; c++) {
        int length = prefix.length();
        if (!collect(target, prefix.appendCodePoint(c), words, limit)) {
          return false;
        }
        prefix.setLength(length);
      }
    }
    return words.size() <= limit;
  }

  private Dfa combine(Dfa other, Operation operation) {
    NumberSequences pairs = new NumberSequences();
    DfaBuilder builder = new DfaBuilder();
    int[] pair = {0, 0};
    pairs.place(pair, 2);
    for (int state = 0; state < pairs.size(); state++) {
      int first = pairs.get(state, 0);
      int second = pairs.get(state, 1);
      boolean left = first != DEAD && accepting[first];
      boolean right = second != DEAD && other.accepting[second];
      builder.begin(
          switch (operation) {
            case AND -> left && right;
            case OR -> left || right;
            case MINUS -> left && !right;
          });
      int leftRange = 0;
      int rightRange = 0;
      for (int from = 0; from <= LAST_CODE_POINT; ) {
        int leftEnd = endOfRange(first, leftRange);
        int rightEnd = other.endOfRange(second, rightRange);
        int to = Math.min(leftEnd, rightEnd);
        pair[0] = first == DEAD ? DEAD : targets[first][leftRange];
        pair[1] = second == DEAD ? DEAD : other.targets[second][rightRange];
        if (!isDead(pair[0], pair[1], operation)) {
          builder.edge(from, to, pairs.place(pair, 2));
          checkSize(pairs.size() - 1);
        }
        leftRange += leftEnd == to ? 1 : 0;
        rightRange += rightEnd == to ? 1 : 0;
        from = to + 1;
      }
    }
    return builder.build().minimized();
  }

  private static boolean isDead(int left, int right, Operation operation) {
    return switch (operation) {
      case AND -> left == DEAD || right == DEAD;
      case OR -> left == DEAD && right == DEAD;
      case MINUS -> left == DEAD;
    };
  }

  int next(int state, int codePoint) {
    return state == DEAD ? DEAD : targets[state][range(state, codePoint)];
  }

  private int range(int state, int codePoint) {
    int found = Arrays.binarySearch(starts[state], codePoint);
    return found >= 0 ? found : -found - 2;
  }

  private int endOfRange(int state, int range) {
    return state == DEAD || range + 1 == starts[state].length
        ? LAST_CODE_POINT
        : starts[state][range + 1] - 1;
  }

  Dfa minimized() {
    return new DfaMinimizer(this).minimal();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Dfa dfa
            && hashCode() == dfa.hashCode()
            && Arrays.equals(accepting, dfa.accepting)
            && Arrays.deepEquals(targets, dfa.targets)
            && Arrays.deepEquals(starts, dfa.starts);
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = Arrays.hashCode(accepting) * 31 + Arrays.deepHashCode(targets);
    }
    return hash;
  }
}
