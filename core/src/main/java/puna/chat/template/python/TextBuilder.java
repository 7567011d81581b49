package puna.chat.template.python;

import java.util.Arrays;
import puna.chat.template.python.RenderedText.Origin;

/// A text as it grows, with the origin of each part.
public final class TextBuilder {
  private static final int MAX_DEPTH = Bulk.MAX_DEPTH + 1;

  private final StringBuilder chars = new StringBuilder();
  private int[] edges = new int[8];
  private int edgeCount;
  private int depth;

  public TextBuilder template(String part) {
    return append(part, Origin.TEMPLATE);
  }

  public TextBuilder data(String part) {
    return append(part, Origin.DATA);
  }

  /// Characters of the strongest origin that `like` has.
  TextBuilder like(Text like, String part) {
    return append(part, like.strongest());
  }

  public TextBuilder append(Text text) {
    int[] inner = text.edges();
    int base = chars.length();
    grow(text.length());
    if (!text.isEmpty()) {
      boolean hasLead = inner.length > 0 && Text.position(inner[0]) == 0;
      turn(hasLead ? Text.origin(inner[0]) : Origin.TEMPLATE);
      chars.append(text);
      for (int edge : inner) {
        if (Text.position(edge) > 0) {
          addEdge(Text.edge(base + Text.position(edge), Text.origin(edge)));
        }
      }
    }
    return this;
  }

  /// One level of values in values deeper, which namespaces can be without end.
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new TemplateException(
          "values may be nested at most " + Bulk.MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  public int length() {
    return chars.length();
  }

  public Text build() {
    return new Text(chars.toString(), Arrays.copyOf(edges, edgeCount), Text.Escaping.NONE);
  }

  private TextBuilder append(String part, Origin origin) {
    if (!part.isEmpty()) {
      grow(part.length());
      turn(origin);
      chars.append(part);
    }
    return this;
  }

  private void grow(int more) {
    if (chars.length() + (long) more > Text.MAX_LENGTH) {
      throw new TemplateException("a text may have at most " + Text.MAX_LENGTH + " characters");
    }
  }

  /// Gives what is appended next its origin.
  private void turn(Origin origin) {
    if (edgeCount == 0 ? origin != Origin.TEMPLATE : Text.origin(edges[edgeCount - 1]) != origin) {
      addEdge(Text.edge(chars.length(), origin));
    }
  }

  private void addEdge(int edge) {
    if (edgeCount == edges.length) {
      edges = Arrays.copyOf(edges, edgeCount * 2);
    }
    edges[edgeCount++] = edge;
  }
}
