package puna.grammar;

import java.util.Optional;
import java.util.Set;

/// What JSON text asks for that rules cannot say, from a place on: see [Reading].
///
/// @param kind what begins at that place
/// @param words all names, or all elements as they are written (strings without their quotes);
///   nothing where they never run out
/// @param required names that must come
/// @param least how many names must come
public record Demand(Kind kind, Optional<Words> words, Set<String> required, int least) {
  /// A JSON text, within what readers read.
  public static final Demand TEXT = new Demand(Kind.TEXT, Optional.empty(), Set.of(), 0);

  /// An object of which no two names are equal.
  public static final Demand NAMES = new Demand(Kind.NAMES, Optional.empty(), Set.of(), 0);

  /// What begins.
  public enum Kind {
    /// A JSON text.
    TEXT,
    /// The members of an object, no two with the same name.
    NAMES,
    /// The elements of an array, no two of them equal: all strings, or all numbers of which each
    /// has one spelling.
    ELEMENTS
  }

  public Demand {
    required = Set.copyOf(required);
  }
}
