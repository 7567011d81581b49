package puna.token.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SequencedMap;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

/// Opens tokenizers: from the metadata of a model, or from a tokenizer's own file.
public final class TokenizerFiles {
  /// The largest tokenizer file that is read; the family's largest has 30 MB.
  private static final long LARGEST_FILE = 128L << 20;

  private TokenizerFiles() {}

  /// The tokenizer that the `tokenizer.ggml.*` keys describe.
  ///
  /// @param warnings is told what is odd in the keys and yet can be read
  /// @throws ModelFormatException when a key is missing, contradicts another or asks for a
  ///   tokenizer that is not supported
  public static Tokenizer from(Metadata metadata, ModelWarnings warnings) {
    return MetadataTokenizers.from(metadata, warnings);
  }

  /// The tokenizer in a file of its own: Meta's `tokenizer.model` (SentencePiece's protobuf or
  /// lines of base64 and rank) or Hugging Face's `tokenizer.json`, told apart by their first bytes.
  ///
  /// @throws ModelReadException when the file cannot be read
  /// @throws ModelFormatException when the file is none of them or breaks its format
  public static Tokenizer open(Path file) {
    return open(file, TokenizerSettings.NONE);
  }

  /// As [#open(Path)], with what other files say of it.
  public static Tokenizer open(Path file, TokenizerSettings settings) {
    return read(readable(file), origin(file), settings);
  }

  /// As [#open(Path)], for a model with so many ids: a file of ranks does not say how many special
  /// ids follow, so that they are Llama 3's where 256 do and Llama 4's where 2048 do.
  ///
  /// @throws ModelReadException when the file cannot be read
  /// @throws ModelFormatException when the file is no tokenizer, breaks its format, or is one of
  ///   ranks and neither number of special ids is left
  public static Tokenizer open(Path file, int vocabularySize) {
    byte[] bytes = readable(file);
    return TiktokenReader.looksRight(bytes)
        ? TiktokenReader.read(bytes, origin(file), vocabularySize)
        : read(bytes, origin(file));
  }

  /// The tokenizer in llama2.c's `tokenizer.bin`, which does not say how many ids it has.
  ///
  /// @param vocabularySize ids of the model that it belongs to
  /// @throws ModelReadException when the file cannot be read
  /// @throws ModelFormatException when the file does not hold exactly so many
  public static Tokenizer openLlama2c(Path file, int vocabularySize) {
    return Llama2cReader.read(readable(file), origin(file), vocabularySize);
  }

  /// The `tokenizer.*` keys of GGUF for the tokenizer in a file of its own, in the order in which
  /// llama.cpp's converter writes them.
  ///
  /// @throws ModelReadException when the file cannot be read
  /// @throws ModelFormatException as the other methods here
  public static SequencedMap<String, Object> keys(KeysRequest request) {
    byte[] bytes = readable(request.file());
    String origin = origin(request.file());
    if (looksLikeJson(bytes)) {
      return HuggingFaceReader.keys(bytes, origin, request);
    }
    if (TiktokenReader.looksRight(bytes)) {
      return TiktokenReader.keys(bytes, origin, request);
    }
    if (isSentencePiece(bytes)) {
      return SentencePieceReader.keys(bytes, origin, request);
    }
    throw unknown(bytes, origin);
  }

  /// As [#keys], for llama2.c's `tokenizer.bin`.
  public static SequencedMap<String, Object> keysOfLlama2c(KeysRequest request) {
    return Llama2cReader.keys(readable(request.file()), origin(request.file()), request);
  }

  private static byte[] readable(Path file) {
    try {
      return bytes(file);
    } catch (IOException e) {
      throw new ModelReadException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static String origin(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      String finding = Files.exists(file) ? "something else" : "nothing";
      String message = "%s: must be a file, found %s".formatted(file, finding);
      throw new ModelReadException(
          message, new FileSystemException(file.toString(), null, message));
    }
    long size = Files.size(file);
    if (size > LARGEST_FILE) {
      throw new ModelFormatException(
          "%s: a tokenizer file may have at most %s bytes, found %s"
              .formatted(origin(file), LARGEST_FILE, size));
    }
    return Files.readAllBytes(file);
  }

  /// As [#open(Path)], from the bytes of the file.
  ///
  /// @param origin the file's name, for messages
  /// @throws ModelFormatException when the bytes are no tokenizer or break their format
  public static Tokenizer read(byte[] file, String origin) {
    return read(file, origin, TokenizerSettings.NONE);
  }

  private static Tokenizer read(byte[] file, String origin, TokenizerSettings settings) {
    if (looksLikeJson(file)) {
      return HuggingFaceReader.read(file, origin, settings);
    }
    if (TiktokenReader.looksRight(file)) {
      return TiktokenReader.read(file, origin);
    }
    if (isSentencePiece(file)) {
      return SentencePieceReader.read(file, origin, settings);
    }
    throw unknown(file, origin);
  }

  /// Field 1 of a message is length-delimited: the first piece.
  private static boolean isSentencePiece(byte[] file) {
    return file.length > 1 && file[0] == 0x0A;
  }

  private static ModelFormatException unknown(byte[] file, String origin) {
    return new ModelFormatException(
        "%s: a tokenizer must be SentencePiece's protobuf, lines of base64 and rank, or a"
                .formatted(origin)
            + " tokenizer.json, found "
            + (file.length == 0 ? "an empty file" : "bytes of another kind"));
  }

  private static boolean looksLikeJson(byte[] file) {
    int at = 0;
    if (file.length > 3
        && file[0] == (byte) 0xEF
        && file[1] == (byte) 0xBB
        && file[2] == (byte) 0xBF) {
      at = 3;
    }
    while (at < file.length
        && (file[at] == ' ' || file[at] == '\n' || file[at] == '\r' || file[at] == '\t')) {
      at++;
    }
    return at < file.length && file[at] == '{';
  }
}
