package puna.model;

import java.util.List;
import java.util.stream.IntStream;
import puna.backend.Batch;

/// Batches of one step for tests.
public final class Batches {
  private Batches() {}

  /// Tokens of one sequence; the logits of all of them are wanted.
  public static Batch all(int[] tokens, int firstPosition, int... blocks) {
    Batch batch = new Batch(tokens.length);
    batch.addRun(firstPosition, blocks);
    for (int token : tokens) {
      batch.addToken(token);
      batch.addOutput();
    }
    return batch;
  }

  /// Adds tokens of one sequence; the logits of the last are wanted.
  public static void addLast(Batch batch, int[] tokens, int firstPosition, int... blocks) {
    batch.addRun(firstPosition, blocks);
    for (int token : tokens) {
      batch.addToken(token);
    }
    batch.addOutput();
  }

  /// The tokens of each run.
  public static List<Integer> runCounts(Batch batch) {
    return IntStream.range(0, batch.runCount()).map(i -> batch.run(i).count()).boxed().toList();
  }

  /// The indices whose logits are wanted.
  public static List<Integer> outputs(Batch batch) {
    return IntStream.range(0, batch.outputCount()).map(batch::output).boxed().toList();
  }

  /// The positions of all tokens.
  public static List<Integer> positions(Batch batch) {
    return IntStream.range(0, batch.size()).map(batch::position).boxed().toList();
  }
}
