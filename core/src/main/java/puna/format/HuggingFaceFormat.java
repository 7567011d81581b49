package puna.format;

import java.nio.file.Path;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.huggingface.HuggingFaceCheckpoint;
import puna.tensor.Metadata;
import puna.token.Tokenizer;
import puna.token.model.IdsAlone;
import puna.token.model.TokenizerFiles;

/// Folders of Hugging Face's kind: safetensors with `config.json` and a tokenizer.
final class HuggingFaceFormat implements ModelFormat {
  @Override
  public String name() {
    return "safetensors";
  }

  @Override
  public boolean recognises(Path path) {
    return HuggingFaceCheckpoint.at(path).isPresent();
  }

  @Override
  public ModelContents open(Path path) {
    HuggingFaceCheckpoint found = HuggingFaceCheckpoint.at(path).orElseThrow();
    Checkpoint checkpoint = found.open();
    return new CheckpointContents(checkpoint, () -> tokenizer(found, checkpoint));
  }

  @Override
  public Metadata glance(Path path) {
    try (Checkpoint checkpoint = HuggingFaceCheckpoint.at(path).orElseThrow().open()) {
      return checkpoint.metadata();
    }
  }

  private static Tokenizer tokenizer(HuggingFaceCheckpoint found, Checkpoint checkpoint) {
    return found
        .tokenizer()
        .map(file -> TokenizerFiles.open(file, found.tokenizerSettings()))
        .orElseGet(() -> {
          long rows = checkpoint.metadata().requireInteger("llama.vocab_size");
          String reason = checkpoint.origin() + ": has neither tokenizer.json nor tokenizer.model";
          return new IdsAlone(Math.toIntExact(rows), reason);
        });
  }
}
