package puna.grammar.schema;

import java.util.List;
import puna.grammar.schema.Predicate.Claim;

/// What a schema asks of the values of one kind.
sealed interface Formula {
  record And(List<Formula> parts) implements Formula {}

  record Or(List<Formula> options) implements Formula {}

  record Not(Formula negated) implements Formula {}

  /// What no combination takes apart further.
  sealed interface Atom extends Formula {}

  /// The texts of strings, or the plain spellings of numbers.
  record Language(Dfa texts) implements Atom {}

  /// Strings of a format, or fewer than those.
  ///
  /// @param schema where the format is asked for
  record Formatted(Dfa texts, String format, Subschema schema) implements Atom {}

  /// Strings of at least so many code points.
  record TextAtLeast(int length, String place) implements Atom {}

  /// At least so many elements or members.
  ///
  /// @param place of the keyword, for messages
  record SizeAtLeast(int size, String place) implements Atom {}

  /// The element at an index, if there is one.
  record ElementAt(int index, Claim claim) implements Atom {}

  /// All elements from an index on.
  record ElementsFrom(int index, Claim claim) implements Atom {}

  /// At least so many of the elements from an index on.
  record Contains(int from, Claim claim, int least) implements Atom {}

  /// No two elements are equal.
  record Unique(String place) implements Atom {}

  /// There is a member of this name.
  record Present(String name) implements Atom {}

  /// All members with such names.
  record Members(Dfa names, Claim claim) implements Atom {}

  default boolean isTrue() {
    return this instanceof And(List<Formula> parts) && parts.isEmpty();
  }

  default boolean isFalse() {
    return this instanceof Or(List<Formula> options) && options.isEmpty();
  }
}
