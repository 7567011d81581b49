package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import puna.gguf.GgufFile;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.model.TokenizerFiles;

/// The tokenizer of a model, or of a bare `tokenizer.model` or `tokenizer.json`, without any
/// weights.
final class TokenizerSource {
  private static final byte[] GGUF_MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

  private TokenizerSource() {}

  static Tokenizer open(ModelOption model) throws IOException {
    Path file = model.file();
    if (!isGguf(file)) {
      return TokenizerFiles.open(file);
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      ModelWarnings warnings = new ModelWarnings();
      Tokenizer tokenizer = TokenizerFiles.from(gguf.metadata(), warnings);
      warnings.log(System.getLogger("puna.cli"), gguf.origin());
      return tokenizer;
    }
  }

  private static boolean isGguf(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return Arrays.equals(stream.readNBytes(GGUF_MAGIC.length), GGUF_MAGIC);
    }
  }
}
