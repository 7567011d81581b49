package puna.chat.template.python;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import puna.chat.template.python.RenderedText.Origin;

/// A string that knows for each character whether it came from the template, from the conversation,
/// or from the conversation's last message.
///
/// Origin is kept as edges: positions at which it changes, ascending, each with the origin that
/// begins there; a text starts as template. No edges: all template. One edge at 0: all of one
/// origin. Whatever makes a text in a way that loses track of its characters gives all of them the
/// strongest origin that one of them had, the last message's before other data before the
/// template's.
public final class Text implements Value {
  public static final int MAX_LENGTH = 1 << 24;
  public static final Text EMPTY = new Text("", new int[0], Escaping.NONE);

  private static final int[] NO_EDGES = {};

  private final String chars;
  private final int[] edges;
  private final Escaping escaping;

  /// Whether a text counts as HTML (`|safe`), so that what is added to it gets escaped.
  public enum Escaping {
    NONE,
    SAFE
  }

  Text(String chars, int[] edges, Escaping escaping) {
    this.chars = chars;
    this.edges = edges;
    this.escaping = escaping;
  }

  public static Text template(String chars) {
    return of(chars, Origin.TEMPLATE);
  }

  public static Text data(String chars) {
    return of(chars, Origin.DATA);
  }

  public static Text of(String chars, Origin origin) {
    boolean isPlain = chars.isEmpty() || origin == Origin.TEMPLATE;
    return new Text(chars, isPlain ? NO_EDGES : new int[] {edge(0, origin)}, Escaping.NONE);
  }

  /// A position and the origin that begins there, in one number.
  static int edge(int position, Origin origin) {
    return position << 2 | code(origin);
  }

  static int position(int edge) {
    return edge >>> 2;
  }

  static Origin origin(int edge) {
    return switch (edge & 3) {
      case 0 -> Origin.TEMPLATE;
      case 1 -> Origin.DATA;
      default -> Origin.LAST_MESSAGE;
    };
  }

  private static int code(Origin origin) {
    return switch (origin) {
      case TEMPLATE -> 0;
      case DATA -> 1;
      case LAST_MESSAGE -> 2;
    };
  }

  @Override
  public String toString() {
    return chars;
  }

  public int length() {
    return chars.length();
  }

  public boolean isEmpty() {
    return chars.isEmpty();
  }

  public boolean isSafe() {
    return escaping == Escaping.SAFE;
  }

  /// The same characters, as HTML or not.
  public Text with(Escaping wanted) {
    return escaping == wanted ? this : new Text(chars, edges, wanted);
  }

  public Escaping escaping() {
    return escaping;
  }

  /// Where the origin changes; not to be written.
  int[] edges() {
    return edges;
  }

  /// The strongest origin of its characters.
  Origin strongest() {
    Origin strongest = Origin.TEMPLATE;
    for (int edge : edges) {
      strongest = origin(edge).compareTo(strongest) > 0 ? origin(edge) : strongest;
    }
    return strongest;
  }

  /// Other characters in place of these, of the strongest origin among these.
  public Text derive(String other) {
    return of(other, strongest()).with(escaping);
  }

  /// Characters changed one for one where the length stays, each of its old origin.
  public Text map(UnaryOperator<String> function) {
    String mapped = function.apply(chars);
    return mapped.length() == chars.length() ? new Text(mapped, edges, escaping) : derive(mapped);
  }

  /// The characters between two positions in UTF-16 units.
  public Text slice(int from, int to) {
    if (from >= to) {
      return EMPTY.with(escaping);
    }
    if (from == 0 && to == chars.length()) {
      return this;
    }
    return new Text(chars.substring(from, to), edgesBetween(from, to), escaping);
  }

  private int[] edgesBetween(int from, int to) {
    int first = 0;
    Origin lead = Origin.TEMPLATE;
    while (first < edges.length && position(edges[first]) <= from) {
      lead = origin(edges[first++]);
    }
    int last = first;
    while (last < edges.length && position(edges[last]) < to) {
      last++;
    }
    int leads = lead == Origin.TEMPLATE ? 0 : 1;
    if (first == last && leads == 0) {
      return NO_EDGES;
    }
    int[] inside = new int[last - first + leads];
    inside[0] = edge(0, lead);
    for (int i = first; i < last; i++) {
      inside[i - first + leads] = edge(position(edges[i]) - from, origin(edges[i]));
    }
    return inside;
  }

  /// Its code points, each as a text.
  public List<Value> codePoints() {
    List<Value> points = new ArrayList<>(chars.length());
    for (int at = 0; at < chars.length(); ) {
      int next = at + Character.charCount(chars.codePointAt(at));
      points.add(slice(at, next).with(Escaping.NONE));
      at = next;
    }
    return points;
  }

  public int codePointCount() {
    return chars.codePointCount(0, chars.length());
  }

  /// The unit position of a code point.
  public int offset(int codePoint) {
    return chars.offsetByCodePoints(0, codePoint);
  }

  public Text plus(Text more) {
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
  public RenderedText rendered() {
    List<RenderedText.Run> runs = new ArrayList<>();
    int from = 0;
    Origin origin = Origin.TEMPLATE;
    for (int edge : edges) {
      addRun(runs, from, position(edge), origin);
      from = position(edge);
      origin = origin(edge);
    }
    addRun(runs, from, chars.length(), origin);
    return new RenderedText(runs);
  }

  private void addRun(List<RenderedText.Run> runs, int from, int to, Origin origin) {
    if (to > from) {
      runs.add(new RenderedText.Run(chars.substring(from, to), origin));
    }
  }
}
