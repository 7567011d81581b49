package puna.format;

import java.nio.file.Path;
import java.util.Optional;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.meta.MetaCheckpoint;
import puna.token.file.KeysRequest;
import puna.token.file.TokenizerFiles;

/// Checkpoints as Meta publishes them: `consolidated.NN.pth`, `params.json`, `tokenizer.model`.
final class MetaFormat implements ModelFormat {
  @Override
  public String name() {
    return "Meta checkpoint";
  }

  @Override
  public boolean recognises(Path path) {
    return MetaCheckpoint.recognises(path);
  }

  @Override
  public ModelContents open(Path path) {
    Checkpoint checkpoint = MetaCheckpoint.open(path);
    Optional<Path> tokenizer = MetaCheckpoint.tokenizer(path);
    return CheckpointContents.of(
        checkpoint,
        tokenizer,
        new CheckpointContents.TokenizerUse(
            TokenizerFiles::open,
            (file, vocabulary, _) -> TokenizerFiles.keys(KeysRequest.of(file, vocabulary))),
        "no tokenizer.model beside it");
  }
}
