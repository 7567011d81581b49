package puna.sample.chain;

import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/// What a sampler must know of the tokens.
///
/// @param size how many there are
/// @param endsAnswer true for those that end an answer
/// @param bytes those that a token stands for in running text; empty for control tokens
public record SamplerVocabulary(int size, IntPredicate endsAnswer, IntFunction<byte[]> bytes) {
  private static final byte[] NOTHING = {};

  /// Tokens without a text, none of which ends an answer.
  public static SamplerVocabulary of(int size) {
    return new SamplerVocabulary(size, id -> false, id -> NOTHING);
  }
}
