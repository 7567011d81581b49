package puna.chat.template.python;

/// The size of a container as it is filled. Its bounds keep everything that walks through values,
/// such as printing and comparing, from running deep or long: equal parts may be shared, so that a
/// few steps could make a value of 2⁶⁰ parts.
final class Bulk {
  static final int MAX_DEPTH = 300;
  static final long MAX_WEIGHT = 4_000_000;

  private long weight = 1;
  private int depth = 1;

  void add(Value value) {
    switch (value) {
      case Sequence sequence -> add(sequence.weight(), sequence.depth());
      case Dict dict -> add(dict.weight(), dict.depth());
      case Text text -> add(1 + text.length() / 64, 0);
      case Bytes bytes -> add(1 + bytes.size() / 64, 0);
      case Value.Undefined _, Value.None _, Value.Bool _, Value.Int _, Value.Real _ -> add(1, 0);
      case Value.Stream _, Namespace _, Member _ -> add(1, 0);
    }
  }

  long weight() {
    return weight;
  }

  int depth() {
    return depth;
  }

  private void add(long innerWeight, int innerDepth) {
    weight += innerWeight;
    depth = Math.max(depth, innerDepth + 1);
    if (weight > MAX_WEIGHT) {
      throw new TemplateException("a value may hold at most " + MAX_WEIGHT + " values");
    }
    if (depth > MAX_DEPTH) {
      throw new TemplateException("values may be nested at most " + MAX_DEPTH + " levels deep");
    }
  }
}
