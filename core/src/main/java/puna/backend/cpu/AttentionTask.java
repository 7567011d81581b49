package puna.backend.cpu;

import puna.backend.Batch;

/// One piece of attention: some tokens of one run, at the query heads that share one KV head.
///
/// @param firstToken the first token, counted in the run
/// @param window positions that a token sees, itself included; `Integer.MAX_VALUE` for all
public record AttentionTask(
    FloatMatrix out,
    FloatMatrix queries,
    KvSlab keys,
    KvSlab values,
    Batch.Run run,
    int kvHead,
    int firstToken,
    int tokenCount,
    int window) {

  /// Query heads that share one KV head.
  public int groupSize() {
    return queries.width() / (keys.shape().headSize() * keys.shape().kvHeads());
  }

  /// The first position that a token at `position` sees.
  public int firstVisible(int position) {
    return window > position ? 0 : position - window + 1;
  }
}
