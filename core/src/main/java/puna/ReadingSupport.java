package puna;

import java.util.Optional;
import puna.EmbeddingOptions.Pooling;
import puna.model.LlamaModel;
import puna.model.RankHead;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// How a model's file wants texts to be read that are not answered.
///
/// @param pooling of embeddings where none is asked for
/// @param rankHead what makes a score of the last token's state
/// @param infill the marks of a prompt whose middle is missing
record ReadingSupport(Pooling pooling, Optional<RankHead> rankHead, Optional<InfillMarks> infill) {
  /// Of files that say nothing about it.
  static final ReadingSupport PLAIN =
      new ReadingSupport(Pooling.MEAN, Optional.empty(), Optional.empty());

  private static final String POOLING = "llama.pooling_type";

  /// @param warnings is told of what is not known
  static ReadingSupport of(
      Metadata metadata, Tokenizer tokenizer, LlamaModel model, ModelWarnings warnings) {
    return new ReadingSupport(
        pooling(metadata, warnings), model.rankHead(), InfillMarks.find(metadata, tokenizer));
  }

  private static Pooling pooling(Metadata metadata, ModelWarnings warnings) {
    long type = metadata.integer(POOLING).orElse(0);
    return switch (Math.clamp(type, -1, 5)) {
      case 0, 1 -> Pooling.MEAN;
      case 2 -> Pooling.CLS;
      case 3, 4 -> Pooling.LAST; // 4 is ranked by the last token's state
      default -> {
        warnings.add(
            "%s: must be from 0 to 4 (none, mean, cls, last, rank), found %s: embeddings are means"
                .formatted(POOLING, type));
        yield Pooling.MEAN;
      }
    };
  }
}
