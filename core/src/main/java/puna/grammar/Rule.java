package puna.grammar;

import java.util.List;

/// What a piece of text may be: the nodes that GBNF, JSON Schema and regular expressions are
/// compiled to.
public sealed interface Rule {
  /// True where the rule calls another one.
  default boolean hasReference() {
    return Parts.hasReference(this);
  }

  /// True where the rule itself, not one that it calls, sets marks or asks for them.
  default boolean hasMarks() {
    return Parts.hasMarks(this);
  }

  /// The text itself, which may be empty.
  record Literal(String text) implements Rule {}

  /// One code point of a set.
  ///
  /// @param ranges first and last code point of each range, ascending and apart: `{'0', '9', 'a',
  ///   'f'}`
  record CharacterSet(List<Integer> ranges) implements Rule {
    public CharacterSet {
      ranges = List.copyOf(ranges);
    }
  }

  /// One part after the other.
  record Sequence(List<Rule> parts) implements Rule {
    public Sequence {
      parts = Parts.of(parts);
    }
  }

  /// One of the options; none of them means that nothing is allowed here.
  record Choice(List<Rule> options) implements Rule {
    public Choice {
      options = Parts.of(options);
    }
  }

  /// `minimum` to `maximum` times the body.
  ///
  /// @param maximum `UNBOUNDED` for any number
  record Repeat(Rule body, int minimum, int maximum) implements Rule {
    public static final int UNBOUNDED = -1;
  }

  /// A named rule of the same grammar.
  record Reference(String name) implements Rule {}

  /// The empty text, where the marks allow it that the rule being read has set so far: each call of
  /// a named rule begins without any. One bit is one mark.
  ///
  /// From wherever marks are asked for there must be a way on, whichever are set: that a text can
  /// be finished is found without a look at them.
  ///
  /// @param absent marks of which none may be set
  /// @param present marks that must all be set
  /// @param added marks that are set from here on
  record Marks(long absent, long present, long added) implements Rule {
    public boolean allows(long marks) {
      return (marks & absent) == 0 && (marks & present) == present;
    }
  }

  /// One token of the vocabulary by its text, such as `<|eom_id|>`, or by its id, such as
  /// `<[128008]>`; or any other than it.
  record Token(String text, boolean excluded) implements Rule {}

  /// Characters inside a JSON string, each as it is or escaped in any way that JSON has.
  record Spelled(String text) implements Rule {}

  /// No text, but a place from which on more is asked than rules can say.
  record Asked(Demand demand) implements Rule {}
}
