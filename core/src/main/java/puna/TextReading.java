package puna;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import puna.EmbeddingOptions.LongTexts;
import puna.engine.Guesses;
import puna.engine.Terms;
import puna.error.ContextFullException;
import puna.token.Tokenizer;

/// What texts that are only read have in common: how they stand beside other requests, and what
/// becomes of long ones.
final class TextReading {
  private final LoadedModel model;
  private final LongTexts longTexts;

  TextReading(LoadedModel model, Optional<LongTexts> longTexts) {
    this.model = model;
    this.longTexts = longTexts.orElse(LongTexts.REFUSE);
  }

  static Terms terms(
      Optional<Priority> priority, Optional<String> caller, Optional<Duration> deadline) {
    int rank = priority.orElse(Priority.NORMAL).rank();
    return new Terms(rank, caller.orElse(""), deadline, Guesses.NONE);
  }

  /// The tokens of a text that are read.
  ///
  /// @param place of the text, such as `text 3`
  /// @throws ContextFullException when it is too long
  /// @throws IllegalArgumentException when there is no token, or one that the vocabulary lacks
  int[] fitted(int[] ids, String place) {
    requireVocabulary(ids, place);
    int context = model.engine().context();
    if (ids.length <= context) {
      return ids;
    }
    return switch (longTexts) {
      case REFUSE ->
          throw ContextFullException.ofText(
              "%s has %s tokens, the context has room for %s; LongTexts.CUT leaves out the end"
                  .formatted(place, ids.length, context),
              ids.length,
              context);
      case CUT -> cut(ids, context);
    };
  }

  private int[] cut(int[] ids, int length) {
    int[] kept = Arrays.copyOf(ids, length);
    Tokenizer tokenizer = model.tokenizer();
    OptionalInt end = tokenizer.addsEos() ? tokenizer.eos() : OptionalInt.empty();
    if (end.isPresent() && ids[ids.length - 1] == end.getAsInt()) {
      kept[length - 1] = end.getAsInt();
    }
    return kept;
  }

  private void requireVocabulary(int[] ids, String place) {
    int vocabulary = model.tokenizer().vocabularySize();
    if (ids.length == 0) {
      throw new IllegalArgumentException(
          "%s is empty, and this model starts with no BOS token: give it some text"
              .formatted(place));
    }
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabulary) {
        throw new IllegalArgumentException(
            "token %s of %s must be from 0 to %s, found %s"
                .formatted(i, place, vocabulary - 1, ids[i]));
      }
    }
  }
}
