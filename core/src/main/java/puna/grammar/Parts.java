package puna.grammar;

import java.util.AbstractList;
import java.util.Collection;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Marks;
import puna.grammar.Rule.Reference;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;

/// The rules that a rule is made of, unchangeable, with what is often asked of all of them: found
/// once, when they are put together, instead of by a walk of the whole rule each time.
final class Parts extends AbstractList<Rule> implements RandomAccess {
  private static final int LOOP = 1;
  private static final int MARKS = 1 << 1;
  private static final int REFERENCE = 1 << 2;

  private final Rule[] rules;
  private final int nodes; // of all the rules
  private final int depth; // of the deepest one
  private final int kinds;
  private int hash;

  private Parts(Rule[] rules) {
    this.rules = rules;
    long nodes = 0;
    int depth = 0;
    int kinds = 0;
    for (Rule rule : rules) {
      nodes += nodes(rule);
      depth = Math.max(depth, depth(rule));
      kinds |= kinds(rule);
    }
    this.nodes = (int) Math.min(nodes, Integer.MAX_VALUE);
    this.depth = depth;
    this.kinds = kinds;
  }

  static Parts of(Collection<Rule> rules) {
    if (rules instanceof Parts parts) {
      return parts;
    }
    Rule[] copy = rules.toArray(Rule[]::new);
    for (Rule rule : copy) {
      Objects.requireNonNull(rule);
    }
    return new Parts(copy);
  }

  /// The number of nodes that a rule is made of, itself included.
  static long nodes(Rule rule) {
    long repeats = 0;
    Rule inner = rule;
    while (inner instanceof Repeat repeat) { // without recursion, for they may be deep
      repeats++;
      inner = repeat.body();
    }
    Parts parts = parts(inner);
    return 1 + repeats + (parts == null ? 0 : parts.nodes);
  }

  /// How many rules are around the innermost one.
  static int depth(Rule rule) {
    int repeats = 0;
    Rule inner = rule;
    while (inner instanceof Repeat repeat) {
      repeats++;
      inner = repeat.body();
    }
    Parts parts = parts(inner);
    return repeats + (parts == null || parts.rules.length == 0 ? 0 : 1 + parts.depth);
  }

  /// True where a rule itself repeats something without bound.
  static boolean hasLoop(Rule rule) {
    return (kinds(rule) & LOOP) != 0;
  }

  /// True where a rule itself, not one that it calls, sets marks or asks for them.
  static boolean hasMarks(Rule rule) {
    return (kinds(rule) & MARKS) != 0;
  }

  /// True where a rule calls another one.
  static boolean hasReference(Rule rule) {
    return (kinds(rule) & REFERENCE) != 0;
  }

  private static int kinds(Rule rule) {
    int kinds = 0;
    Rule inner = rule;
    while (inner instanceof Repeat repeat) {
      kinds |= repeat.maximum() == Repeat.UNBOUNDED ? LOOP : 0;
      inner = repeat.body();
    }
    if (inner instanceof Reference) {
      return kinds | REFERENCE;
    }
    if (inner instanceof Marks) {
      return kinds | MARKS;
    }
    Parts parts = parts(inner);
    return parts == null ? kinds : kinds | parts.kinds;
  }

  private static @Nullable Parts parts(Rule rule) {
    if (rule instanceof Sequence sequence) {
      return (Parts) sequence.parts();
    }
    return rule instanceof Choice choice ? (Parts) choice.options() : null;
  }

  @Override
  public Rule get(int index) {
    return rules[index];
  }

  @Override
  public int size() {
    return rules.length;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Parts parts)) {
      return super.equals(other);
    }
    if (rules.length != parts.rules.length
        || nodes != parts.nodes
        || hashCode() != other.hashCode()) {
      return false;
    }
    for (int i = 0; i < rules.length; i++) {
      if (!rules[i].equals(parts.rules[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      int found = 1;
      for (Rule rule : rules) {
        found = 31 * found + rule.hashCode();
      }
      hash = found;
    }
    return hash;
  }
}
