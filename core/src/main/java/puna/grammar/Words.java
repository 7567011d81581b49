package puna.grammar;

/// A set of texts that is read character by character.
public interface Words {
  /// Where no text goes on.
  int DEAD = -1;

  /// The count of an endless number of texts.
  long ENDLESS = Long.MAX_VALUE;

  /// The state after a code point; [#DEAD] follows itself. The first state is 0.
  int next(int state, int codePoint);

  /// In how many ways a text can go on from a state, its end included.
  long count(int state);

  /// True for a text of the set.
  boolean accepts(String text);
}
