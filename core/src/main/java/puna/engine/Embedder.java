package puna.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Reads texts for the hidden states of their tokens, each pooled to one vector, in the same
/// batches as answers.
public final class Embedder {
  private final Engine engine;
  private final Pooling pooling;
  private final Terms terms;

  /// @param terms of a call: a deadline is one for all its texts
  public Embedder(Engine engine, Pooling pooling, Terms terms) {
    this.engine = engine;
    this.pooling = pooling;
    this.terms = terms;
  }

  /// What came of a text.
  public static final class Pooled {
    private final float[] vector;
    private final int cachedTokens;

    private Pooled(float[] vector, int cachedTokens) {
      this.vector = vector;
      this.cachedTokens = cachedTokens;
    }

    /// The pooled states, as long as the model is wide.
    public float[] vector() {
      return vector;
    }

    /// Tokens that were not computed again.
    public int cachedTokens() {
      return cachedTokens;
    }
  }

  /// One vector for each text, in their order.
  ///
  /// @param texts token ids, at least one each and at most the context
  /// @throws ScoringException when a text could not be read, or the time is over
  /// @throws puna.error.OverloadedException when too many others wait
  /// @throws IllegalStateException when the engine is closed, or on the engine's own thread
  public List<Pooled> embed(List<int[]> texts) throws InterruptedException {
    List<Pooled> vectors = new ArrayList<>(texts.size());
    Reader reader = new Reader(engine, terms);
    try {
      for (int[] text : texts) {
        reader.read(
            read(text),
            new Kind(text.length),
            task -> vectors.add(new Pooled(task.mean(), task.cachedTokens())));
      }
      reader.finish();
    } finally {
      reader.cancel();
    }
    return vectors;
  }

  /// What must be read of a text: in a causal model nothing behind a token changes its state.
  private int[] read(int[] text) {
    return switch (pooling) {
      case MEAN, LAST -> text;
      case FIRST -> Arrays.copyOf(text, 1);
    };
  }

  private final class Kind implements Reader.Kind<EmbeddingTask> {
    private final int tokens;

    Kind(int tokens) {
      this.tokens = tokens;
    }

    @Override
    public EmbeddingTask make() {
      int from =
          switch (pooling) {
            case MEAN, FIRST -> 0;
            case LAST -> tokens - 1;
          };
      return new EmbeddingTask(from, engine.width());
    }

    @Override
    public CompletableFuture<Ending> end(EmbeddingTask task) {
      return task.end();
    }
  }
}
