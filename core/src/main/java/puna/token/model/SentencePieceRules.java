package puna.token.model;

import java.util.OptionalInt;
import puna.token.model.PromptEncoder.Before;
import puna.token.model.SpecialMatcher.SpaceStripping;

/// What SentencePiece files set besides their pieces.
///
/// @param prefix where a space is put before text
/// @param unknown the token for characters without a piece, where there are no byte tokens
/// @param unknownText what the unknown token is decoded to
/// @param unknowns how adjacent characters without a piece are counted
/// @param stripping special tokens that swallow white space
public record SentencePieceRules(
    SpacePrefix prefix,
    OptionalInt unknown,
    String unknownText,
    Unknowns unknowns,
    SpaceStripping stripping) {
  /// What SentencePiece itself decodes the unknown token to.
  public static final String UNKNOWN_TEXT = " \u2047 ";

  /// Where a space is put before text.
  public enum SpacePrefix {
    NEVER,
    /// Only where the text begins with it.
    AT_START,
    /// At the start and behind every control token.
    AFTER_CONTROL,
    /// Before everything between special tokens.
    EVERYWHERE,
    /// Where the text begins and has no space there.
    AT_START_UNLESS_THERE,
    /// Before everything between special tokens that has no space there.
    EVERYWHERE_UNLESS_THERE
  }

  /// How adjacent characters without a piece are counted.
  public enum Unknowns {
    FUSED,
    SINGLE
  }

  /// @param hasSpace the text begins with a space already
  boolean prefixes(Before before, Boolean hasSpace) {
    return switch (prefix) {
      case NEVER -> false;
      case AT_START -> before == Before.NOTHING;
      case AFTER_CONTROL -> before != Before.TEXT_TOKEN;
      case EVERYWHERE -> true;
      case AT_START_UNLESS_THERE -> before == Before.NOTHING && !hasSpace;
      case EVERYWHERE_UNLESS_THERE -> !hasSpace;
    };
  }

  boolean startsWithSpace() {
    return prefix != SpacePrefix.NEVER;
  }

  boolean fusesUnknown() {
    return unknowns == Unknowns.FUSED;
  }
}
