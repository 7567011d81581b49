package puna;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import puna.EmbeddingOptions.Length;
import puna.engine.Embedder;
import puna.engine.Pooling;
import puna.engine.ScoringException;
import puna.error.AnswerInterruptedException;
import puna.error.GenerationException;

/// From prompts and options to vectors.
final class TextEmbedder {
  private final LoadedModel model;
  private final EmbeddingOptions options;

  TextEmbedder(LoadedModel model, EmbeddingOptions options) {
    this.model = model;
    this.options = options;
    int width = model.engine().width();
    int dimensions = options.dimensions().orElse(width);
    if (dimensions > width) {
      throw new IllegalArgumentException(
          "dimensions must be at most the %s of this model, found %s".formatted(width, dimensions));
    }
  }

  Embeddings embed(List<Prompt> texts) {
    TextReading reading = new TextReading(model, options.longTexts());
    List<int[]> tokens = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      tokens.add(reading.fitted(texts.get(i).tokens(model.tokenizer()), "text " + i));
    }
    List<Embedder.Pooled> pooled = pooled(tokens);
    List<Embedding> vectors = new ArrayList<>(texts.size());
    int read = 0;
    int cached = 0;
    for (int i = 0; i < pooled.size(); i++) {
      int count = tokens.get(i).length;
      vectors.add(new Embedding(shaped(pooled.get(i).vector(), i), count));
      read += count;
      cached += pooled.get(i).cachedTokens();
    }
    return new Embeddings(vectors, new Usage(read, cached, 0));
  }

  private List<Embedder.Pooled> pooled(List<int[]> tokens) {
    Embedder embedder =
        new Embedder(
            model.engine(),
            pooling(),
            TextReading.terms(options.priority(), options.caller(), options.deadline()));
    try {
      return embedder.embed(tokens);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnswerInterruptedException("interrupted while embedding texts", e);
    } catch (ScoringException e) {
      throw new GenerationException("embedding broke off: " + e.getMessage(), e);
    }
  }

  private Pooling pooling() {
    return switch (options.pooling().orElse(model.reading().pooling())) {
      case MEAN -> Pooling.MEAN;
      case LAST -> Pooling.LAST;
      case CLS -> Pooling.FIRST;
    };
  }

  private float[] shaped(float[] vector, int text) {
    float[] kept = Arrays.copyOf(vector, options.dimensions().orElse(vector.length));
    double squares = 0;
    for (float value : kept) {
      squares += (double) value * value;
    }
    if (!Double.isFinite(squares)) {
      throw new GenerationException(
          "the vector of text %s must be of finite numbers, found others: the model's weights are odd"
              .formatted(text));
    }
    if (options.length().orElse(Length.UNIT) == Length.UNIT && squares > 0) {
      double length = Math.sqrt(squares);
      for (int i = 0; i < kept.length; i++) {
        kept[i] = (float) (kept[i] / length);
      }
    }
    return kept;
  }
}
