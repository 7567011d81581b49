package puna.chat.template;

import java.util.Arrays;

/// A text as it grows, with the origin of each part.
final class TextBuilder {
  private final StringBuilder chars = new StringBuilder();
  private int[] edges = new int[8];
  private int edgeCount;

  TextBuilder template(String part) {
    return append(part, 0);
  }

  TextBuilder data(String part) {
    return append(part, 1);
  }

  /// Characters that are data where `like` has any.
  TextBuilder like(Text like, String part) {
    return append(part, like.hasData() ? 1 : 0);
  }

  TextBuilder append(Text text) {
    int[] inner = text.edges();
    int base = chars.length();
    grow(text.length());
    if (!text.isEmpty()) {
      turn(inner.length > 0 && inner[0] == 0 ? 1 : 0);
      chars.append(text);
      for (int edge : inner) {
        if (edge > 0) {
          addEdge(base + edge);
        }
      }
    }
    return this;
  }

  int length() {
    return chars.length();
  }

  Text build() {
    return new Text(chars.toString(), Arrays.copyOf(edges, edgeCount), Text.Escaping.NONE);
  }

  /// @param origin 0 for the template, 1 for data
  private TextBuilder append(String part, int origin) {
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

  private void turn(int origin) {
    if (edgeCount % 2 == origin) {
      return;
    }
    if (edgeCount > 0 && edges[edgeCount - 1] == chars.length()) {
      edgeCount--;
    } else {
      addEdge(chars.length());
    }
  }

  private void addEdge(int position) {
    if (edgeCount == edges.length) {
      edges = Arrays.copyOf(edges, edgeCount * 2);
    }
    edges[edgeCount++] = position;
  }
}
