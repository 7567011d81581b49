package puna;

import java.util.Optional;
import puna.MemoryPlan.Cache;
import puna.MemoryPlan.PerToken;
import puna.backend.NearLayers;

/// How many positions a KV cache has room for, and how many of them in its near layers: those that
/// see their chunk or a window alone, and need as many as the answers of a batch can read there.
///
/// @param token what one position takes
/// @param near those layers; empty where there are none
/// @param together positions that one step computes, at most
record CacheSize(PerToken token, Optional<NearLayers> near, int together) {
  static final int BLOCK_POSITIONS = 64;

  /// That many positions.
  ///
  /// @param answers of that context, whose near layers all are to be there at a time
  Cache of(long tokens, int context, int answers) {
    int all = whole(tokens);
    return new Cache(all, (int) Math.min(all, nearTokens(context, answers)));
  }

  /// One answer.
  Cache answer(int context) {
    return new Cache(context, (int) Math.min(context, nearTokens(context, 1)));
  }

  /// The most positions that take so many bytes.
  Cache within(long bytes, int context, int maxConcurrent) {
    int answers = answersWithin(bytes, context, maxConcurrent);
    long most = tokensWithin(bytes, nearTokens(context, answers));
    long wanted = Math.min((long) context * maxConcurrent, most);
    return of(Math.max(context, wanted), context, answers);
  }

  /// The longest context, in whole blocks, one answer of which takes so many bytes.
  ///
  /// @param context that is taken where it takes no more
  long contextWithin(long bytes, int context) {
    return token.bytes(answer(context)) <= bytes
        ? context
        : tokensWithin(bytes, nearTokens(Integer.MAX_VALUE, 1)) / BLOCK_POSITIONS * BLOCK_POSITIONS;
  }

  private long tokensWithin(long bytes, long nearTokens) {
    long everywhere = bytes / token.all();
    if (everywhere <= nearTokens) {
      return everywhere;
    }
    return token.far() == 0 ? Long.MAX_VALUE : (bytes - token.near() * nearTokens) / token.far();
  }

  /// How many answers' near layers find room beside one context, which comes first.
  private int answersWithin(long bytes, int context, int maxConcurrent) {
    if (!isLimited(context)) {
      return maxConcurrent;
    }
    long each = token.near() * nearTokens(context, 1);
    return Math.clamp((bytes - token.far() * context) / each, 1, maxConcurrent);
  }

  /// Positions that answers need in near layers: no fewer than others where nothing lies too far
  /// back to be read.
  private long nearTokens(int context, int answers) {
    if (!isLimited(context)) {
      return Long.MAX_VALUE;
    }
    long blocks = near.orElseThrow().blocksOf(context, together, BLOCK_POSITIONS);
    return blocks * BLOCK_POSITIONS * answers;
  }

  private boolean isLimited(int context) {
    return near.isPresent() && near.get().firstRead(context - 1) > 0;
  }

  /// Tokens of whole blocks.
  private static int whole(long tokens) {
    long blocks = Math.ceilDiv(tokens, BLOCK_POSITIONS);
    return (int) Math.min(blocks, Integer.MAX_VALUE / BLOCK_POSITIONS) * BLOCK_POSITIONS;
  }
}
