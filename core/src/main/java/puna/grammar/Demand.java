package puna.grammar;

import java.util.Optional;

/// What JSON text asks for that rules cannot say, from a place on: see `Reading`.
///
/// @param kind what begins at that place
/// @param words all names, or all elements as they are written (strings without their quotes);
///   nothing where they never run out
public record Demand(Kind kind, Optional<Words> words) {
  /// A JSON text, within what readers read.
  public static final Demand TEXT = new Demand(Kind.TEXT, Optional.empty());

  /// What begins.
  public enum Kind {
    /// A JSON text.
    TEXT,
    /// The members of an object, no two with the same name.
    NAMES,
    /// The elements of an array, all strings, no two of them equal.
    STRINGS,
    /// The elements of an array, all numbers of which each has one spelling, no two of them equal.
    NUMBERS
  }
}
