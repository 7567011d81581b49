package puna;

import java.nio.file.Path;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.token.Tokenizer;
import puna.token.model.TokenizerFiles;

/// Opens tokenizers from files of their own; a model brings its own.
public final class Tokenizers {
  private Tokenizers() {}

  /// The tokenizer in a file: Meta's `tokenizer.model` (SentencePiece's protobuf or lines of base64
  /// and rank) or Hugging Face's `tokenizer.json`, told apart by their first bytes.
  ///
  /// @throws ModelReadException when the file cannot be read
  /// @throws ModelFormatException when the file is none of them or breaks its format
  public static Tokenizer open(Path file) {
    return TokenizerFiles.open(file);
  }

  /// The same from the bytes of the file.
  ///
  /// @param origin the file's name, for messages
  /// @throws ModelFormatException when the bytes are no tokenizer or break their format
  public static Tokenizer read(byte[] file, String origin) {
    return TokenizerFiles.read(file, origin);
  }
}
