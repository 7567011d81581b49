package puna;

/// How the engine guesses what an answer will say next, so as to check several tokens in one step
/// (speculative decoding). What is drawn is drawn from the model's own distribution all the same:
/// guesses cost or save time, nothing else. Where they do not save any, they stop by themselves.
public enum Speculation {
  /// No guesses.
  OFF,
  /// What followed the last few tokens when they came before, in the prompt or in the answer: good
  /// for summaries, corrections, code that is changed. Needs no other model.
  PROMPT_LOOKUP,
  /// What a smaller model of the same vocabulary would say ([LlamaOptions#withDraft]).
  DRAFT_MODEL
}
