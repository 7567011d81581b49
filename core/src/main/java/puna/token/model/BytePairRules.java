package puna.token.model;

import puna.token.model.SpecialMatcher.SpaceStripping;

/// What byte-level files set besides their tokens and merges.
///
/// @param stripping special tokens that swallow white space
public record BytePairRules(
    PreTokenizer preTokenizer, WholePieces wholePieces, SpaceStripping stripping) {
  /// What becomes of a piece that is a token as it stands.
  public enum WholePieces {
    /// It is that token, whether or not merging would arrive at it.
    TAKEN,
    /// It is merged like any other.
    MERGED
  }

  public static BytePairRules of(PreTokenizer preTokenizer) {
    return new BytePairRules(
        preTokenizer,
        preTokenizer.ignoresMerges() ? WholePieces.TAKEN : WholePieces.MERGED,
        SpaceStripping.NONE);
  }
}
