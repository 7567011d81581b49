package puna;

import java.nio.file.Path;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Opens tokenizers from separate files. A model file has its tokenizer inside: see
/// [Llama#tokenizer].
public final class Tokenizers {
  private Tokenizers() {}

  /// Reads a tokenizer file: Meta's `tokenizer.model` (SentencePiece's protobuf, or lines of base64
  /// and rank) or Hugging Face's `tokenizer.json`, told apart by their first bytes.
  ///
  /// @throws ModelReadException when the file cannot be read
  /// @throws ModelFormatException when the file is neither, or breaks its format
  public static Tokenizer open(Path file) {
    return TokenizerFiles.open(file);
  }

  /// Reads a tokenizer from the bytes of its file.
  ///
  /// @param origin the file's name, for error messages
  /// @throws ModelFormatException when the bytes are not a tokenizer, or break its format
  public static Tokenizer read(byte[] file, String origin) {
    return TokenizerFiles.read(file, origin);
  }
}
