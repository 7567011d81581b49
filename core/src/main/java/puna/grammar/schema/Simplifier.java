package puna.grammar.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import puna.grammar.Rule;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;
import puna.grammar.Rule.Spelled;

/// Rules out of others without what changes nothing.
final class Simplifier {
  static final Rule NOTHING = new Choice(List.of());
  static final Rule EMPTY = new Literal("");

  private Simplifier() {}

  static Rule sequence(List<Rule> parts) {
    List<Rule> flat = new ArrayList<>();
    for (Rule part : parts) {
      if (part.equals(NOTHING)) {
        return NOTHING;
      }
      if (part instanceof Sequence(List<Rule> inner)) {
        inner.forEach(rule -> append(flat, rule));
      } else {
        append(flat, part);
      }
    }
    return flat.isEmpty() ? EMPTY : flat.size() == 1 ? flat.getFirst() : new Sequence(flat);
  }

  private static void append(List<Rule> parts, Rule part) {
    if (part.equals(EMPTY)) {
      return;
    }
    if (part instanceof Spelled(String text)
        && !parts.isEmpty()
        && parts.getLast() instanceof Spelled(String before)) {
      parts.set(parts.size() - 1, new Spelled(before + text));
      return;
    }
    if (part instanceof Literal(String text)
        && !parts.isEmpty()
        && parts.getLast() instanceof Literal(String before)) {
      parts.set(parts.size() - 1, new Literal(before + text));
    } else {
      parts.add(part);
    }
  }

  static Rule choice(List<Rule> options) {
    Set<Rule> flat = new LinkedHashSet<>();
    for (Rule option : options) {
      if (option instanceof Choice(List<Rule> inner)) {
        flat.addAll(inner);
      } else {
        flat.add(option);
      }
    }
    return flat.size() == 1 ? flat.iterator().next() : new Choice(List.copyOf(flat));
  }

  static Rule repeat(Rule body, int minimum, int maximum) {
    if (maximum == 0) {
      return EMPTY;
    }
    if (body.equals(NOTHING)) {
      return minimum == 0 ? EMPTY : NOTHING;
    }
    return minimum == 1 && maximum == 1 ? body : new Repeat(body, minimum, maximum);
  }
}
