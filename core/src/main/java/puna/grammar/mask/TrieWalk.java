package puna.grammar.mask;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import puna.grammar.automaton.Automaton;
import puna.grammar.automaton.EndlessText;
import puna.grammar.automaton.PlainRun;
import puna.grammar.automaton.State;

/// A walk through a [TokenTrie] from a state, which marks the tokens whose bytes may come.
///
/// What is below a node is taken as a whole, without a look, where the state there admits all of it
/// for as long as the tokens go: any plain characters, or any of the kinds that the tokens have.
final class TrieWalk {
  private static final int WORTH_A_RUN = 4; // nodes
  private static final int WORTH_A_LOOP = 24;
  private static final int WORTH_KINDS = 48;
  private static final int WORTH_ALL = 16_000;

  private final Automaton automaton;
  private final TokenTrie trie;
  private final TrieNodes nodes;
  private final int[] classOf;
  private final TokenSetBuilder tokens;
  private final @Nullable State[] path; // by depth
  private int[] ranges = new int[64]; // of ranks, first and behind the last, ascending
  private int rangeCount;
  private int[] leaving = new int[16];
  private int leavingCount;
  private int leavingNodes;
  private boolean hasFollowed;
  private int mostLeaving = Integer.MAX_VALUE;

  /// @param tokens where those go that may come
  TrieWalk(Automaton automaton, TokenTrie trie, TokenSetBuilder tokens) {
    this.automaton = automaton;
    this.trie = trie;
    this.nodes = trie.nodes();
    this.classOf = automaton.network().classOf;
    this.tokens = tokens;
    this.path = new State[trie.longest() + 1];
  }

  /// Gives the walk up when more nodes than that are below those where the base was left: see
  /// [#isGivenUp].
  void giveUpAfter(int mostLeaving) {
    this.mostLeaving = mostLeaving;
  }

  boolean isGivenUp() {
    return leavingNodes > mostLeaving;
  }

  void all(State start) {
    path[0] = start;
    PlainRun run = PlainRun.of(start, automaton);
    giveUpIfAllLeaves(start);
    if (run.isKnownFor(trie.mostCharacters())) {
      tokens.addAll(trie.plain(run.characters()));
    } else {
      walk(0, nodes.plainNodes());
    }
    walk(nodes.plainNodes(), nodes.size());
    if (!isGivenUp()) {
      mark();
    }
  }

  /// Walks what is below a node, from the state after that node.
  void below(State start, int node) {
    if (!start.isStuck()) {
      path[nodes.depths[node]] = start;
      walk(node + 1, nodes.ends[node]);
      markRanges();
    }
  }

  private void walk(int first, int last) {
    byte[] labels = nodes.labels;
    short[] depths = nodes.depths;
    int[] ends = nodes.ends;
    int[] ranks = nodes.ranks;
    int node = first;
    int left = WORTH_ALL;
    while (node < last && leavingNodes <= mostLeaving) {
      int depth = depths[node];
      State before = path[depth - 1];
      State state = automaton.stepClass(before, classOf[labels[node] & 0xFF]);
      int end = ends[node];
      left--;
      if (left < 0 && nodes.heights[node] >= 0 && !hasFollowed) {
        hasFollowed = true;
        new EndlessText(automaton).followAll(state);
        giveUpIfAllLeaves(state);
      }
      if (state.isDead()) {
        node = end;
      } else if (end - node > WORTH_A_RUN && isTaken(before, state, node)) {
        take(ranks[node], ranks[end]);
        node = end;
      } else {
        take(ranks[node], ranks[node + 1]);
        if (state.leaves()) {
          leave(node);
        }
        path[depth] = state;
        node = state.isStuck() ? end : node + 1;
      }
    }
  }

  /// Where any plain text may come and may leave the base, a base further below needs less of a
  /// walk.
  private void giveUpIfAllLeaves(State state) {
    if (mostLeaving < Integer.MAX_VALUE && PlainRun.of(state, automaton).mayLeave()) {
      leavingNodes = Integer.MAX_VALUE;
    }
  }

  private boolean isTaken(State before, State state, int node) {
    int height = nodes.heights[node];
    if (height < 0) {
      return height != TrieNodes.NO_HEIGHT && isBegunAndTaken(before, node);
    }
    if (state.leaves()) {
      return false;
    }
    if (PlainRun.of(state, automaton).characters() >= height) {
      return true;
    }
    return nodes.ends[node] - node > (state.equals(before) ? WORTH_A_LOOP : WORTH_KINDS)
        && automaton.run(state, nodes.kinds[node], height) == height;
  }

  /// What is below the first byte of a character beyond ASCII.
  private boolean isBegunAndTaken(State before, int node) {
    if ((nodes.labels[node] & 0xC0) != 0xC0) {
      return false;
    }
    State behind = automaton.stepBeyondAscii(before);
    int height = -1 - nodes.heights[node];
    return behind != null
        && !behind.isStuck()
        && !behind.leaves()
        && PlainRun.of(behind, automaton).characters() >= height - 1;
  }

  private void take(int from, int to) {
    if (from == to) {
      return;
    }
    if (rangeCount > 0 && ranges[rangeCount - 1] == from) {
      ranges[rangeCount - 1] = to;
      return;
    }
    if (rangeCount == ranges.length) {
      ranges = Arrays.copyOf(ranges, 2 * rangeCount);
    }
    ranges[rangeCount++] = from;
    ranges[rangeCount++] = to;
  }

  /// Where most plain tokens were taken it is less work to take the others away.
  private void mark() {
    int plain = nodes.plainTokens();
    int taken = 0;
    for (int i = 0; i < rangeCount && ranges[i] < plain; i += 2) {
      taken += ranges[i + 1] - ranges[i];
    }
    if (taken > plain / 2) {
      markAllBut();
    } else {
      markRanges();
    }
  }

  private void markAllBut() {
    long[] kept = trie.plain(trie.mostCharacters()).clone();
    int[] order = nodes.order;
    int plain = nodes.plainTokens();
    int rank = 0;
    int range = 0;
    for (; range < rangeCount && ranges[range] < plain; range += 2) {
      for (; rank < ranges[range]; rank++) {
        kept[order[rank] >> 6] &= ~(1L << order[rank]);
      }
      rank = ranges[range + 1];
    }
    for (; rank < plain; rank++) {
      kept[order[rank] >> 6] &= ~(1L << order[rank]);
    }
    tokens.addAll(kept);
    // the last range may go on beyond the plain tokens
    int from = Math.max(0, range - 2);
    if (rangeCount > 0) {
      ranges[from] = Math.max(plain, ranges[from]);
    }
    markRanges(from);
  }

  private void markRanges() {
    markRanges(0);
  }

  private void markRanges(int first) {
    for (int i = first; i < rangeCount; i += 2) {
      tokens.add(nodes.order, ranges[i], ranges[i + 1]);
    }
    rangeCount = 0;
  }

  private void leave(int node) {
    int below = nodes.ends[node] - node - 1;
    if (below == 0) {
      return; // no token goes on from here
    }
    if (leavingCount == leaving.length) {
      leaving = Arrays.copyOf(leaving, 2 * leavingCount);
    }
    leaving[leavingCount++] = node;
    leavingNodes += below;
  }

  int[] leaving() {
    return Arrays.copyOf(leaving, leavingCount);
  }
}
