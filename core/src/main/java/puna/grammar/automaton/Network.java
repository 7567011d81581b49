package puna.grammar.automaton;

import java.util.List;
import puna.grammar.Demand;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Token;

/// A grammar laid out as graphs of bytes, immutable: one graph a rule, from its entry to its end.
///
/// Bytes that no edge tells apart form a class. Nodes from which the end of their rule cannot be
/// reached are marked as dead, so that whoever keeps to live nodes can always finish.
public final class Network {
  final int nodes;
  final int[] entries; // of each rule
  final boolean[] isEnd;
  final Edges.ByNode skips;
  final Edges.ByNode bytes; // first class, last class, target
  final CharacterEdges plain; // see PlainText
  final CharacterEdges beyondAscii;
  final Edges.ByNode calls; // rule, node to return to
  public final Edges.ByNode tokens; // number of the token reference, target
  final Edges.ByNode marks; // number of the marks, target
  final List<Marks> markSets;
  public final List<Token> tokenReferences;
  final List<Demand> demands;
  public final boolean asksMore; // than that a text can be read
  final int[] demandAt; // of each node its number, or -1; empty where there are none
  public final int[] classOf; // of each byte
  final int classes;
  public final boolean[] live;
  final boolean[] reads; // the nodes with a byte or token that leads to a live node
  final boolean[] nullable; // the rules that admit the empty text
  final int[] order; // of each rule: a rule comes before the rules at its left edge
  private final List<Chain> chains;

  Network(NetworkParts parts) {
    nodes = parts.nodes();
    entries = parts.entries();
    isEnd = new boolean[nodes];
    for (int end : parts.ends()) {
      isEnd[end] = true;
    }
    skips = parts.skips.byNode(nodes);
    calls = parts.calls.byNode(nodes);
    tokens = parts.tokens.byNode(nodes);
    marks = parts.marks.byNode(nodes);
    markSets = List.copyOf(parts.markSets);
    tokenReferences = List.copyOf(parts.tokenReferences);
    chains = List.copyOf(parts.chains);
    demands = List.copyOf(parts.demands);
    demandAt = parts.demandAt();
    asksMore = demands.stream().anyMatch(demand -> demand.kind() != Demand.Kind.TEXT);
    bytes = parts.bytes.byNode(nodes);
    plain = CharacterEdges.of(parts.plain.byNode(nodes), bytes, PlainText::isFirst);
    beyondAscii = CharacterEdges.of(parts.beyondAscii.byNode(nodes), bytes, value -> value >= 0x80);
    classOf = classes(bytes);
    classes = classOf[255] + 1;
    byClass(bytes.data());
    NetworkFacts facts = new NetworkFacts(this);
    live = facts.live();
    reads = reads();
    nullable = facts.nullable();
    order = facts.order(nullable);
  }

  private boolean[] reads() {
    boolean[] found = new boolean[nodes];
    for (int node = 0; node < nodes; node++) {
      for (int e = bytes.start(node); e < bytes.end(node); e++) {
        found[node] |= live[bytes.get(e, 2)];
      }
      for (int e = tokens.start(node); e < tokens.end(node); e++) {
        found[node] |= live[tokens.get(e, 1)];
      }
    }
    return found;
  }

  private static int[] classes(Edges.ByNode bytes) {
    boolean[] begins = new boolean[257];
    int[] data = bytes.data();
    for (int i = 0; i < data.length; i += 3) {
      begins[data[i]] = true;
      begins[data[i + 1] + 1] = true;
    }
    int[] classOf = new int[256];
    int number = 0;
    for (int b = 1; b < 256; b++) {
      if (begins[b]) {
        number++;
      }
      classOf[b] = number;
    }
    return classOf;
  }

  private void byClass(int[] data) {
    for (int i = 0; i < data.length; i += 3) {
      data[i] = classOf[data[i]];
      data[i + 1] = classOf[data[i + 1]];
    }
  }

  /// For each node one that the next `length` bytes cannot tell from it, the same for all that they
  /// cannot tell apart as far as repetitions go.
  public int[] alike(int length) {
    int[] alike = new int[nodes];
    for (int i = 0; i < nodes; i++) {
      alike[i] = i;
    }
    for (Chain chain : chains) {
      for (int node = chain.first(); node < chain.end(); node++) {
        alike[node] = alike[chain.alike(node, length)];
      }
    }
    return alike;
  }

  /// The end that is reached from `node` with nothing else in between, or `node` itself.
  int throughSkips(int node) {
    int at = node;
    for (int steps = 0; steps < 64 && !isEnd[at]; steps++) {
      boolean onlySkip =
          skips.end(at) - skips.start(at) == 1
              && bytes.isEmpty(at)
              && calls.isEmpty(at)
              && marks.isEmpty(at)
              && tokens.isEmpty(at);
      if (!onlySkip) {
        return node;
      }
      at = skips.get(skips.start(at), 0);
    }
    return isEnd[at] ? at : node;
  }
}
