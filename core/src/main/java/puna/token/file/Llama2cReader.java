package puna.token.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import puna.error.ModelFormatException;
import puna.text.FileText;
import puna.token.Tokenizer;
import puna.token.model.ControlIds;
import puna.token.model.ControlIds.AddsBos;
import puna.token.model.SentencePieceMerges;
import puna.token.model.SentencePieceRules;
import puna.token.model.SentencePieceRules.SpacePrefix;
import puna.token.model.SentencePieceRules.Unknowns;
import puna.token.model.SentencePieceTokenizer;
import puna.token.model.SpecialMatcher.SpaceStripping;
import puna.token.model.TokenKind;
import puna.token.model.Vocabulary;

/// llama2.c's tokenizer.bin: SentencePiece's pieces and scores without their kinds, little-endian.
///
/// | field | what |
/// |---|---|
/// | u32 | bytes of the longest piece |
/// | for each piece | score f32, bytes i32, the bytes, with spaces for ▁ |
///
/// How many there are is in the model's file. The kinds follow from the texts and places: 0 is the
/// unknown token, 1 and 2 are BOS and EOS between line breaks, and `<0x00>` to `<0xFF>` are bytes.
final class Llama2cReader {
  private static final int LEAST_SIZE = 3;
  private static final int MOST_PIECES = 1 << 24;

  /// A score and a length.
  private static final int LEAST_PIECE = 8;

  private static final String UNKNOWN = "<unk>";
  private static final String BOS = "<s>";
  private static final String EOS = "</s>";

  private final ByteBuffer file;
  private final Vocabulary vocabulary;
  private final List<String> texts = new ArrayList<>();
  private final double[] scores;

  private Llama2cReader(byte[] file, String origin, int size) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.vocabulary = new Vocabulary(origin);
    this.scores = new double[size];
  }

  /// @param size pieces that the model has
  /// @throws ModelFormatException when the file does not hold exactly so many
  static Tokenizer read(byte[] file, String origin, int size) {
    Llama2cReader reader = new Llama2cReader(file, origin, requireSize(file, origin, size));
    reader.readPieces();
    return reader.tokenizer();
  }

  private static int requireSize(byte[] file, String origin, int size) {
    if (size < LEAST_SIZE || size > MOST_PIECES || size > file.length / LEAST_PIECE) {
      throw new ModelFormatException(
          "%s: must hold the %s pieces of the model, and 3 at least, found %s bytes"
              .formatted(origin, size, file.length));
    }
    return size;
  }

  /// What GGUF's keys tell of the tokenizer.
  static SequencedMap<String, Object> keys(byte[] file, String origin, KeysRequest request) {
    Llama2cReader reader =
        new Llama2cReader(file, origin, requireSize(file, origin, request.vocabulary()));
    reader.readPieces();
    TokenizerKeys keys = TokenizerKeys.sentencePiece();
    for (int id = 0; id < reader.scores.length; id++) {
      keys.add(reader.texts.get(id), reader.vocabulary.kind(id), reader.scores[id]);
    }
    keys.writeScored();
    keys.writeRoles(SpecialTokenRoles.beginAndEnd(1, 2), Map.of(), new LinkedHashMap<>());
    return keys.values(request);
  }

  private Tokenizer tokenizer() {
    return new SentencePieceTokenizer(
        vocabulary,
        SentencePieceMerges.byScore(vocabulary, scores),
        new SentencePieceRules(
            SpacePrefix.AFTER_CONTROL,
            OptionalInt.of(0),
            SentencePieceRules.UNKNOWN_TEXT,
            Unknowns.FUSED,
            SpaceStripping.NONE),
        ControlIds.of(
            vocabulary, OptionalInt.of(1), OptionalInt.of(2), AddsBos.YES, IntStream.empty()));
  }

  private void readPieces() {
    int longest = file.getInt();
    for (int id = 0; id < scores.length; id++) {
      requireLeft(id, LEAST_PIECE);
      float score = file.getFloat();
      int length = file.getInt();
      if (Float.isNaN(score)) {
        throw refusal(id, "must have a number as its score", "NaN");
      }
      if (length < 1 || length > longest) {
        throw refusal(id, "must have 1 to %s bytes".formatted(longest), length);
      }
      requireLeft(id, length);
      String text = FileText.read(file.array(), file.position(), length);
      file.position(file.position() + length);
      scores[id] = score;
      add(id, text);
    }
    if (file.hasRemaining()) {
      throw refusal(
          scores.length - 1, "must be the last one of the model", file.remaining() + " more bytes");
    }
  }

  private void add(int id, String text) {
    switch (id) {
      case 0 -> add(UNKNOWN, TokenKind.UNKNOWN);
      case 1 -> addControl(id, text, BOS);
      case 2 -> addControl(id, text, EOS);
      default -> {
        TokenKind kind =
            SentencePieceLoading.byteOf(text).isPresent() ? TokenKind.BYTE : TokenKind.NORMAL;
        add(text.replace(' ', '▁'), kind);
      }
    }
  }

  private void add(String piece, TokenKind kind) {
    SentencePieceLoading.add(vocabulary, piece, kind);
    texts.add(piece);
  }

  private void addControl(int id, String text, String wanted) {
    if (!text.strip().equals(wanted)) {
      throw refusal(id, "must be " + wanted, '"' + text + '"');
    }
    add(wanted, TokenKind.CONTROL);
  }

  private void requireLeft(int id, int bytes) {
    if (bytes > file.remaining()) {
      throw refusal(id, "must have %s more bytes".formatted(bytes), file.remaining());
    }
  }

  private ModelFormatException refusal(int id, String rule, Object found) {
    return new ModelFormatException(
        "%s: piece %s %s, found %s".formatted(vocabulary.origin(), id, rule, found));
  }
}
