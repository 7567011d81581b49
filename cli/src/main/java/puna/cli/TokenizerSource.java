package puna.cli;

import java.io.IOException;
import java.nio.file.Path;
import puna.Tokenizers;
import puna.cli.command.Console;
import puna.cli.command.ModelOption;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// The tokenizer of a model, or of a bare `tokenizer.model` or `tokenizer.json`, without any
/// weights.
final class TokenizerSource {
  private TokenizerSource() {}

  static Tokenizer open(Console console, ModelOption model) throws IOException {
    Path file = model.file(console);
    if (ModelFiles.format(file).isEmpty()) {
      return Tokenizers.open(file);
    }
    try (ModelContents source = ModelFiles.open(file)) {
      ModelWarnings warnings = new ModelWarnings();
      Tokenizer tokenizer = source.tokenizer(warnings);
      warnings.log(System.getLogger("puna.cli"), source.origin());
      return tokenizer;
    }
  }
}
