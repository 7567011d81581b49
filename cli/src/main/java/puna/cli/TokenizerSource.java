package puna.cli;

import java.io.IOException;
import java.nio.file.Path;
import puna.format.ModelFiles;
import puna.format.ModelSource;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.Tokenizers;

/// The tokenizer of a model, or of a bare `tokenizer.model` or `tokenizer.json`, without any
/// weights.
final class TokenizerSource {
  private TokenizerSource() {}

  static Tokenizer open(ModelOption model) throws IOException {
    Path file = model.file();
    if (ModelFiles.format(file).isEmpty()) {
      return Tokenizers.open(file);
    }
    try (ModelSource source = ModelFiles.open(file)) {
      ModelWarnings warnings = new ModelWarnings();
      Tokenizer tokenizer = source.tokenizer(warnings);
      warnings.log(System.getLogger("puna.cli"), source.origin());
      return tokenizer;
    }
  }
}
