package puna.sample.chain;

/// One step of the chain at work: it edits logits or narrows the candidates.
///
/// A step may have a state of its own, such as the tokens seen so far; it then belongs to one
/// sequence.
interface LogitsStep {
  void apply(Candidates candidates);

  /// A token that the sequence now has, from the prompt or drawn.
  default void accept(int token) {}
}
