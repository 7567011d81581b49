package puna.format;

import java.nio.file.Path;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.huggingface.HuggingFaceCheckpoint;
import puna.token.file.TokenizerFiles;

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
    return CheckpointContents.of(
        checkpoint,
        found.tokenizer(),
        new CheckpointContents.TokenizerUse(
            (file, _) -> TokenizerFiles.open(file, found.tokenizerSettings()),
            (file, vocabulary, templates) ->
                TokenizerFiles.keys(found.tokenizerKeys(file, vocabulary, templates))),
        "neither tokenizer.json nor tokenizer.model");
  }
}
