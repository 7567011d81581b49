package puna.engine;

/// Where the guesses of an answer's next tokens come from.
public enum Guesses {
  NONE,
  /// What followed the last tokens when they came before.
  LOOKUP,
  /// A smaller model.
  DRAFT
}
