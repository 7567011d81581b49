package puna;

import puna.EmbeddingOptions.Pooling;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;

/// How a model's file wants texts to be read that are not answered.
///
/// @param pooling of embeddings where none is asked for
record ReadingSupport(Pooling pooling) {
  /// Of files that say nothing about it.
  static final ReadingSupport PLAIN = new ReadingSupport(Pooling.MEAN);

  private static final String POOLING = "llama.pooling_type";

  /// @param warnings is told of what is not known
  static ReadingSupport of(Metadata metadata, ModelWarnings warnings) {
    int type = (int) metadata.integer(POOLING).orElse(0);
    return switch (type) {
      case 0, 1 -> new ReadingSupport(Pooling.MEAN);
      case 2 -> new ReadingSupport(Pooling.CLS);
      case 3, 4 -> new ReadingSupport(Pooling.LAST); // 4 is ranked by the last token's state
      default -> {
        warnings.add(
            "%s: must be from 0 to 4 (none, mean, cls, last, rank), found %s: embeddings are means"
                .formatted(POOLING, type));
        yield PLAIN;
      }
    };
  }
}
