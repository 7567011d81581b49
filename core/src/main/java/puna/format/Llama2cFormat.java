package puna.format;

import java.nio.file.Path;
import java.util.Optional;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.llama2c.Llama2cCheckpoint;
import puna.token.file.KeysRequest;
import puna.token.file.TokenizerFiles;

/// The files of llama2.c: a `.bin` of weights, and `tokenizer.bin`.
final class Llama2cFormat implements ModelFormat {
  @Override
  public String name() {
    return "llama2.c";
  }

  @Override
  public boolean recognises(Path path) {
    return Llama2cCheckpoint.recognises(path);
  }

  @Override
  public ModelContents open(Path path) {
    Checkpoint checkpoint = Llama2cCheckpoint.open(path);
    Optional<Path> tokenizer = Llama2cCheckpoint.tokenizer(path);
    return CheckpointContents.of(
        checkpoint,
        tokenizer,
        new CheckpointContents.TokenizerUse(
            TokenizerFiles::openLlama2c,
            (file, vocabulary, _) ->
                TokenizerFiles.keysOfLlama2c(KeysRequest.of(file, vocabulary))),
        "no tokenizer.bin beside it");
  }
}
