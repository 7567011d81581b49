package puna;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import puna.backend.Backend;
import puna.backend.KvShape;
import puna.backend.KvType;
import puna.engine.DraftModel;
import puna.error.ModelFormatException;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.model.Decoder;
import puna.model.LlamaModel;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// Opens a model that guesses for another, on the back end of that one.
final class DraftLoader {
  private final Tokenizer tokenizer;
  private final Decoder decoder;
  private final Backend backend;

  /// @param tokenizer of the model that it guesses for
  /// @param decoder of that model
  DraftLoader(Tokenizer tokenizer, Decoder decoder, Backend backend) {
    this.tokenizer = tokenizer;
    this.decoder = decoder;
    this.backend = backend;
  }

  /// @param model a file or the name of a known model
  /// @throws puna.error.ModelException when it cannot be opened
  DraftModel load(String model) {
    try (ModelContents file = open(model)) {
      ModelWarnings warnings = new ModelWarnings();
      requireSameVocabulary(file.tokenizer(warnings), file.origin());
      LlamaModel draft = LlamaModel.load(file, backend, warnings, bytes -> {});
      file.requireUnchanged();
      KvShape shape = decoder.kvShape();
      KvShape own = kvShape(draft, shape.blocks(), shape.blockPositions());
      Decoder guessing = draft.decoder(own, decoder.maxBatch(), decoder.maxOutputs());
      return new DraftModel(guessing, decoder.config().vocabulary());
    }
  }

  /// @param model a file or the name of a known model
  static ModelContents open(String model) {
    return ModelFiles.open(ModelSource.of(model).resolve());
  }

  /// A draft model's cache has the blocks of its model's, always in the default format.
  static KvShape kvShape(LlamaModel draft, int blocks, int blockPositions) {
    return draft.kvShape(blocks, blockPositions, KvType.F16);
  }

  /// A guess is a token's number: it must mean the same to both.
  private void requireSameVocabulary(Tokenizer other, String origin) {
    if (other.vocabularySize() != tokenizer.vocabularySize()) {
      throw new ModelFormatException(
          "%s: a draft model must have the vocabulary of its model, %s tokens, found %s"
              .formatted(origin, tokenizer.vocabularySize(), other.vocabularySize()));
    }
    for (int token = 0; token < tokenizer.vocabularySize(); token++) {
      if (!Arrays.equals(other.bytes(token), tokenizer.bytes(token))
          || other.isSpecial(token) != tokenizer.isSpecial(token)) {
        throw new ModelFormatException(
            "%s: a draft model must have the vocabulary of its model: token %s must be \"%s\", found \"%s\""
                .formatted(origin, token, text(tokenizer, token), text(other, token)));
      }
    }
  }

  private static String text(Tokenizer tokenizer, int token) {
    return new String(tokenizer.bytes(token), StandardCharsets.UTF_8);
  }
}
