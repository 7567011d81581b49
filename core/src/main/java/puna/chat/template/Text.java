package puna.chat.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/// A string that knows for each character whether it came from the template or from the
/// conversation.
///
/// Origin is kept as edges: positions at which it changes, ascending, where a text starts as
/// template. No edges: all template. One edge at 0: all data. Whatever makes a text in a way that
/// loses track of its characters calls all of them data as soon as one of them was.
final class Text implements Value {
  static final int MAX_LENGTH = 1 << 24;
  static final Text EMPTY = new Text("", new int[0], Escaping.NONE);

  private static final int[] TEMPLATE_EDGES = {};
  private static final int[] DATA_EDGES = {0};

  private final String chars;
  private final int[] edges;
  private final Escaping escaping;

  /// Whether a text counts as HTML (`|safe`), so that what is added to it gets escaped.
  enum Escaping {
    NONE,
    SAFE
  }

  Text(String chars, int[] edges, Escaping escaping) {
    this.chars = chars;
    this.edges = edges;
    this.escaping = escaping;
  }

  static Text template(String chars) {
    return new Text(chars, TEMPLATE_EDGES, Escaping.NONE);
  }

  static Text data(String chars) {
    return new Text(chars, chars.isEmpty() ? TEMPLATE_EDGES : DATA_EDGES, Escaping.NONE);
  }

  @Override
  public String toString() {
    return chars;
  }

  int length() {
    return chars.length();
  }

  boolean isEmpty() {
    return chars.isEmpty();
  }

  boolean isSafe() {
    return escaping == Escaping.SAFE;
  }

  /// The same characters, as HTML or not.
  Text with(Escaping wanted) {
    return escaping == wanted ? this : new Text(chars, edges, wanted);
  }

  Escaping escaping() {
    return escaping;
  }

  /// The positions at which the origin changes; not to be written.
  int[] edges() {
    return edges;
  }

  boolean hasData() {
    return edges.length > 0;
  }

  /// Other characters in place of these, data where there was any among these.
  Text derive(String other) {
    Text made = hasData() ? data(other) : template(other);
    return made.with(escaping);
  }

  /// Characters changed one for one where the length stays, each of its old origin.
  Text map(UnaryOperator<String> function) {
    String mapped = function.apply(chars);
    return mapped.length() == chars.length() ? new Text(mapped, edges, escaping) : derive(mapped);
  }

  /// The characters between two positions in UTF-16 units.
  Text slice(int from, int to) {
    if (from >= to) {
      return EMPTY.with(escaping);
    }
    if (from == 0 && to == chars.length()) {
      return this;
    }
    return new Text(chars.substring(from, to), edgesBetween(from, to), escaping);
  }

  private int[] edgesBetween(int from, int to) {
    if (edges.length == 0) {
      return edges;
    }
    int first = 0;
    while (first < edges.length && edges[first] <= from) {
      first++;
    }
    int last = first;
    while (last < edges.length && edges[last] < to) {
      last++;
    }
    boolean startsAsData = first % 2 == 1;
    if (first == last) {
      return startsAsData ? DATA_EDGES : TEMPLATE_EDGES;
    }
    int lead = startsAsData ? 1 : 0;
    int[] inside = new int[last - first + lead];
    for (int i = first; i < last; i++) {
      inside[i - first + lead] = edges[i] - from;
    }
    return inside;
  }

  /// Its code points, each as a text.
  List<Value> codePoints() {
    List<Value> points = new ArrayList<>(chars.length());
    for (int at = 0; at < chars.length(); ) {
      int next = at + Character.charCount(chars.codePointAt(at));
      points.add(slice(at, next).with(Escaping.NONE));
      at = next;
    }
    return points;
  }

  int codePointCount() {
    return chars.codePointCount(0, chars.length());
  }

  /// The unit position of a code point.
  int offset(int codePoint) {
    return chars.offsetByCodePoints(0, codePoint);
  }

  Text plus(Text more) {
    if (more.isEmpty() && escaping == more.escaping) {
      return this;
    }
    return new TextBuilder().append(this).append(more).build().with(escaping);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && chars.equals(text.chars);
  }

  @Override
  public int hashCode() {
    return chars.hashCode();
  }

  /// The runs of one origin that it is made of.
  RenderedText rendered() {
    List<RenderedText.Run> runs = new ArrayList<>();
    int from = 0;
    boolean isData = false;
    int[] all = Arrays.copyOf(edges, edges.length + 1);
    all[edges.length] = chars.length();
    for (int edge : all) {
      if (edge > from) {
        runs.add(
            new RenderedText.Run(
                chars.substring(from, edge),
                isData ? RenderedText.Origin.DATA : RenderedText.Origin.TEMPLATE));
      }
      from = edge;
      isData = !isData;
    }
    return new RenderedText(runs);
  }
}
