package puna.cli;

import java.nio.file.Path;
import java.util.Locale;
import puna.gguf.GgufFile;
import puna.token.Tokenizer;
import puna.token.Tokenizers;

/// The tokenizer of a model, or of a bare `tokenizer.model` or `tokenizer.json`, without any
/// weights.
final class TokenizerSource {
  private TokenizerSource() {}

  static Tokenizer open(ModelOption model) {
    Path file = model.file();
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".model") || name.endsWith(".json")) {
      return Tokenizers.ofFile(file);
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      return Tokenizers.ofMetadata(gguf.metadata());
    }
  }
}
