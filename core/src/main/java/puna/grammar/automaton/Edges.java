package puna.grammar.automaton;

import java.util.Arrays;

/// Edges under construction: each leaves a node and carries up to three numbers.
public final class Edges {
  private final int perEdge;
  private int[] data = new int[64];
  private int count;

  /// @param perEdge the numbers of an edge, the source node not counted
  Edges(int perEdge) {
    this.perEdge = perEdge;
  }

  void add(int source, int first) {
    int at = begin(source);
    data[at] = first;
  }

  void add(int source, int first, int second) {
    int at = begin(source);
    data[at] = first;
    data[at + 1] = second;
  }

  void add(int source, int first, int second, int third) {
    int at = begin(source);
    data[at] = first;
    data[at + 1] = second;
    data[at + 2] = third;
  }

  /// @return the place of the edge's numbers
  private int begin(int source) {
    int at = count * (perEdge + 1);
    if (at + perEdge + 1 > data.length) {
      data = Arrays.copyOf(data, data.length * 2);
    }
    data[at] = source;
    count++;
    return at + 1;
  }

  int count() {
    return count;
  }

  /// The edges in the order of their nodes.
  ByNode byNode(int nodes) {
    int[] starts = new int[nodes + 1];
    for (int i = 0; i < count; i++) {
      starts[data[i * (perEdge + 1)] + 1]++;
    }
    for (int i = 0; i < nodes; i++) {
      starts[i + 1] += starts[i];
    }
    int[] place = starts.clone();
    int[] sorted = new int[count * perEdge];
    for (int i = 0; i < count; i++) {
      int to = place[data[i * (perEdge + 1)]]++;
      System.arraycopy(data, i * (perEdge + 1) + 1, sorted, to * perEdge, perEdge);
    }
    return new ByNode(starts, sorted, perEdge);
  }

  /// Edges of node `n`: numbers `starts[n]` to `starts[n + 1]`, of `perEdge` numbers each in
  /// `data`.
  public record ByNode(int[] starts, int[] data, int perEdge) {
    public int start(int node) {
      return starts[node];
    }

    public int end(int node) {
      return starts[node + 1];
    }

    boolean isEmpty(int node) {
      return starts[node] == starts[node + 1];
    }

    public int get(int edge, int number) {
      return data[edge * perEdge + number];
    }
  }
}
