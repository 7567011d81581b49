package puna.grammar.schema;

import java.util.List;
import puna.grammar.Rule;
import puna.grammar.Rule.Choice;
import puna.grammar.Rule.Literal;
import puna.grammar.Rule.Repeat;
import puna.grammar.Rule.Sequence;

/// Where blanks may stand in the JSON text.
final class Layout {
  private static final int DEEPEST_INDENT = 20;

  private final Rule blank; // behind an opening bracket, and before a closing one
  private final Rule afterComma;
  private final Rule colon;

  Layout(SchemaOptions.Whitespace whitespace, RuleTable table) {
    Rule space = new Literal(" ");
    switch (whitespace) {
      case COMPACT -> {
        blank = Simplifier.EMPTY;
        afterComma = Simplifier.EMPTY;
        colon = new Literal(":");
      }
      case SPACED -> {
        blank = Simplifier.EMPTY;
        afterComma = space;
        colon = new Literal(": ");
      }
      case FLEXIBLE -> {
        blank = table.shared("blank", Layout::flexible);
        afterComma = blank;
        colon = new Sequence(List.of(new Literal(":"), new Repeat(space, 0, 1)));
      }
      default -> throw new IllegalStateException(whitespace.name());
    }
  }

  private static Rule flexible() {
    Rule indent = new Repeat(new Literal(" "), 0, DEEPEST_INDENT);
    return new Choice(
        List.of(
            new Literal(""), new Literal(" "), new Sequence(List.of(new Literal("\n"), indent))));
  }

  /// A member or element: after a comma if it is not the first.
  Rule part(boolean first, Rule... rules) {
    List<Rule> parts = new java.util.ArrayList<>();
    parts.add(first ? Simplifier.EMPTY : new Literal(","));
    parts.add(first ? blank : afterComma);
    parts.addAll(List.of(rules));
    return Simplifier.sequence(parts);
  }

  Rule colon() {
    return colon;
  }

  /// The end of an array or object.
  Rule close(boolean empty, String bracket) {
    Rule end = new Literal(bracket);
    return empty ? end : Simplifier.sequence(List.of(blank, end));
  }
}
