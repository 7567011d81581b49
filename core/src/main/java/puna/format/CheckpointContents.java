package puna.format;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import puna.chat.format.ChatTemplates;
import puna.checkpoint.Checkpoint;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.tensor.Tensor;
import puna.token.Tokenizer;
import puna.token.model.IdsAlone;

/// A checkpoint that is no GGUF file, with the tokenizer that lies beside it.
record CheckpointContents(Checkpoint checkpoint, Supplier<Tokenizer> tokenizer)
    implements ModelContents {
  /// Opens a tokenizer's file.
  interface TokenizerOpener {
    /// @param vocabulary how many ids the model has
    Tokenizer open(Path file, int vocabulary);
  }

  /// @param tokenizer its file; where there is none, ids alone are understood
  /// @param lack what a refusal of text says then
  static CheckpointContents of(
      Checkpoint checkpoint, Optional<Path> tokenizer, TokenizerOpener opener, String lack) {
    return new CheckpointContents(
        checkpoint,
        () -> {
          int vocabulary =
              Math.toIntExact(checkpoint.find("token_embd.weight").orElseThrow().shape().rows());
          return tokenizer
              .map(file -> opener.open(file, vocabulary))
              .orElseGet(() -> new IdsAlone(vocabulary, checkpoint.origin() + ": has " + lack));
        });
  }

  @Override
  public String origin() {
    return checkpoint.origin();
  }

  @Override
  public List<Path> files() {
    return checkpoint.files().paths();
  }

  @Override
  public Metadata metadata() {
    return checkpoint.metadata();
  }

  @Override
  public SequencedMap<String, Tensor> tensors() {
    return checkpoint.tensors();
  }

  @Override
  public Tokenizer tokenizer(ModelWarnings warnings) {
    return tokenizer.get();
  }

  @Override
  public ChatTemplates.Chosen chat(Tokenizer chosen, Clock clock, ModelWarnings warnings) {
    return ChatTemplates.chosen(metadata(), chosen, clock, warnings);
  }

  @Override
  public void map() {
    checkpoint.files().map();
  }

  @Override
  public void requireUnchanged() {
    checkpoint.files().requireUnchanged();
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
