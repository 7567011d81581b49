package puna.backend.cpu;

import puna.backend.Batch;
import puna.backend.Visibility;

/// One piece of attention: some tokens of one run, at the query heads that share one KV head. The
/// back end assigns it anew for each step.
public final class AttentionTask {
  private Call call;
  private Batch.Run run;
  private int kvHead;
  private int firstToken;
  private int tokenCount;

  /// What all tasks of one layer have in common.
  public record Call(
      FloatMatrix out, FloatMatrix queries, KvSlab keys, KvSlab values, Visibility visibility) {}

  /// @param firstToken the first token, counted in the run
  public AttentionTask(Call call, Batch.Run run, int kvHead, int firstToken, int tokenCount) {
    this.call = call;
    this.run = run;
    this.kvHead = kvHead;
    this.firstToken = firstToken;
    this.tokenCount = tokenCount;
  }

  /// Gives it new work.
  void assign(Call call, Batch.Run run, int kvHead, int firstToken, int tokenCount) {
    this.call = call;
    this.run = run;
    this.kvHead = kvHead;
    this.firstToken = firstToken;
    this.tokenCount = tokenCount;
  }

  public FloatMatrix out() {
    return call.out();
  }

  public FloatMatrix queries() {
    return call.queries();
  }

  public KvSlab keys() {
    return call.keys();
  }

  public KvSlab values() {
    return call.values();
  }

  public Batch.Run run() {
    return run;
  }

  public int kvHead() {
    return kvHead;
  }

  /// The first token, counted in the run.
  public int firstToken() {
    return firstToken;
  }

  public int tokenCount() {
    return tokenCount;
  }

  /// Query heads that share one KV head.
  public int groupSize() {
    return queries().width() / (keys().shape().headSize() * keys().shape().kvHeads());
  }

  /// The first position that a token at `position` sees; never lower for a later token.
  public int firstVisible(int position) {
    return call.visibility().first(position);
  }

  /// The last position that a token at `position` sees; never lower for a later token.
  public int lastVisible(int position) {
    return call.visibility().last(position, run.firstPosition() + run.count());
  }
}
