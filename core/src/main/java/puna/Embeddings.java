package puna;

import java.util.Iterator;
import java.util.List;

/// The vectors of several texts, in the texts' order.
public final class Embeddings implements Iterable<Embedding> {
  private final List<Embedding> all;
  private final Usage usage;

  Embeddings(List<Embedding> all, Usage usage) {
    this.all = List.copyOf(all);
    this.usage = usage;
  }

  /// How many there are.
  public int size() {
    return all.size();
  }

  /// The vector of a text.
  ///
  /// @param index of the text, from 0
  public Embedding get(int index) {
    return all.get(index);
  }

  /// All of them.
  public List<Embedding> list() {
    return all;
  }

  @Override
  public Iterator<Embedding> iterator() {
    return all.iterator();
  }

  /// Tokens of all texts together.
  public Usage usage() {
    return usage;
  }

  @Override
  public String toString() {
    return "Embeddings[size=%s, usage=%s]".formatted(all.size(), usage);
  }
}
