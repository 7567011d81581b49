package puna.grammar;

import java.util.List;

/// A regular expression as a tree: rules, and what they ask of the text around them.
public sealed interface Expression {
  /// A rule that asks nothing of its surroundings.
  record Plain(Rule rule) implements Expression {}

  /// The text's first place.
  record Start() implements Expression {}

  /// The text's last place.
  record End() implements Expression {}

  /// One part after the other.
  record Sequence(List<Expression> parts) implements Expression {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /// One of the options.
  record Choice(List<Expression> options) implements Expression {
    public Choice {
      options = List.copyOf(options);
    }
  }

  /// `minimum` to `maximum` times the body.
  ///
  /// @param maximum [Rule.Repeat#UNBOUNDED] for any number
  record Repeat(Expression body, int minimum, int maximum) implements Expression {}

  /// A place before which, or behind which, something matches.
  ///
  /// @param ahead false for what comes before the place
  /// @param negative where it must not match
  record Look(Expression body, boolean ahead, boolean negative) implements Expression {}

  /// True where something else than the text's ends is looked at.
  default boolean looksAround() {
    return switch (this) {
      case Plain _, Start _, End _ -> false;
      case Sequence(List<Expression> parts) -> parts.stream().anyMatch(Expression::looksAround);
      case Choice(List<Expression> options) -> options.stream().anyMatch(Expression::looksAround);
      case Repeat repeat -> repeat.body().looksAround();
      case Look _ -> true;
    };
  }
}
