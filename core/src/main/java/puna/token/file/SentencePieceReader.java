package puna.token.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import puna.error.ModelFormatException;
import puna.token.Tokenizer;
import puna.token.model.ControlIds.AddsBos;
import puna.token.model.SentencePieceMerges;
import puna.token.model.SentencePieceRules;
import puna.token.model.SentencePieceRules.SpacePrefix;
import puna.token.model.SentencePieceRules.Unknowns;
import puna.token.model.SentencePieceTokenizer;
import puna.token.model.SpecialMatcher.SpaceStripping;
import puna.token.model.TokenKind;
import puna.token.model.Vocabulary;

/// SentencePiece's own tokenizer.model: a protobuf of pieces, training and normalization settings.
///
/// | field | what |
/// |---|---|
/// | 1 | pieces: 1 text, 2 score (f32), 3 kind |
/// | 2 | training: 3 model type, 24 ▁ as suffix, 40/41/42 ids of unknown, BOS, EOS, 44 unknown's text |
/// | 3 | normalization: 2 character map, 3 space before text, 4 fewer spaces, 5 ▁ for spaces |
final class SentencePieceReader {
  private static final int MODEL_TYPE_BPE = 2;

  /// Further ids are taken for damage.
  private static final int MOST_ADDED = 1 << 16;

  /// Below that of any piece: added tokens are no merges.
  private static final double ADDED_SCORE = -1000;

  /// That of a place that nothing maps to.
  static final double PADDING_SCORE = -10_000;

  private final String origin;
  private final TokenizerSettings settings;
  private final Vocabulary vocabulary;
  private final List<String> texts = new ArrayList<>();
  private final List<Double> scores = new ArrayList<>();
  private int modelType = 1;
  private boolean spaceAsSuffix;
  private int unknown;
  private int bos = 1;
  private int eos = 2;
  private String unknownText = SentencePieceRules.UNKNOWN_TEXT;
  private boolean hasCharacterMap;
  private boolean prefixesSpace = true;
  private boolean removesSpaces = true;
  private boolean escapesSpaces = true;

  private SentencePieceReader(String origin, TokenizerSettings settings) {
    this.origin = origin;
    this.settings = settings;
    this.vocabulary = new Vocabulary(origin);
  }

  /// @throws ModelFormatException when the file breaks its format or asks for what BPE models of
  ///   the family do not have
  static Tokenizer read(byte[] file, String origin, TokenizerSettings settings) {
    SentencePieceReader reader = new SentencePieceReader(origin, settings);
    reader.readModel(new ProtobufReader(file, origin));
    reader.checkSettings();
    reader.add(settings.added());
    return reader.tokenizer();
  }

  /// What GGUF's keys tell of the tokenizer.
  static SequencedMap<String, Object> keys(byte[] file, String origin, KeysRequest request) {
    SentencePieceReader reader = new SentencePieceReader(origin, request.settings());
    reader.readModel(new ProtobufReader(file, origin));
    reader.checkSettings();
    TokenizerKeys keys = TokenizerKeys.sentencePiece();
    for (int id = 0; id < reader.texts.size(); id++) {
      keys.add(reader.texts.get(id), reader.vocabulary.kind(id), reader.scores.get(id));
    }
    int highest =
        request.settings().added().stream().mapToInt(TokenizerSettings.Added::id).max().orElse(-1);
    if (highest > reader.texts.size() + MOST_ADDED) {
      throw reader.refusal("ids of added tokens", "must follow the pieces", highest);
    }
    keys.pad(Math.max(request.vocabulary(), highest + 1), PADDING_SCORE);
    Map<String, Integer> added = new HashMap<>();
    for (TokenizerSettings.Added token : request.settings().added()) {
      boolean isText = token.kind() == TokenKind.USER_DEFINED;
      String text = isText ? token.text().replace('▁', ' ') : token.text();
      keys.replace(token.id(), text, token.kind(), ADDED_SCORE);
      added.put(token.text(), token.id());
    }
    keys.writeScored();
    reader.writeRoles(keys, added, request);
    return keys.values(request);
  }

  /// The ids of the file stand where configurations tell none, those that GGUF takes for granted
  /// are not written.
  private void writeRoles(TokenizerKeys keys, Map<String, Integer> added, KeysRequest request) {
    SpecialTokenRoles roles = request.roles();
    keys.writeRoles(
        roles.equals(SpecialTokenRoles.NONE) ? SpecialTokenRoles.beginAndEnd(bos, eos) : roles,
        added,
        new LinkedHashMap<>());
    if (unknown > 0) {
      keys.put(SpecialTokenRoles.keyOf("unk"), (long) unknown);
    }
    if (!prefixesSpace && roles.prefixesSpace().isEmpty()) {
      keys.put("add_space_prefix", false);
    }
  }

  private Tokenizer tokenizer() {
    double[] byId = scores.stream().mapToDouble(Double::doubleValue).toArray();
    return new SentencePieceTokenizer(
        vocabulary,
        SentencePieceMerges.byScore(vocabulary, byId),
        new SentencePieceRules(
            prefixesSpace ? SpacePrefix.AFTER_CONTROL : SpacePrefix.NEVER,
            id("unk_id", unknown),
            unknownText,
            Unknowns.FUSED,
            SpaceStripping.NONE),
        settings.controls(vocabulary, id("bos_id", bos), id("eos_id", eos), AddsBos.YES));
  }

  /// Adds the tokens behind the pieces; ids between that nothing has are places that nothing maps
  /// to. Those among the pieces are pieces already.
  private void add(List<TokenizerSettings.Added> added) {
    List<TokenizerSettings.Added> behind =
        added.stream()
            .filter(token -> token.id() >= vocabulary.size())
            .sorted(Comparator.comparingInt(TokenizerSettings.Added::id))
            .toList();
    for (TokenizerSettings.Added token : behind) {
      if (token.id() > vocabulary.size() + MOST_ADDED) {
        throw refusal("ids of added tokens", "must follow the pieces", token.id());
      }
      while (vocabulary.size() < token.id()) {
        append("[PAD%s]".formatted(vocabulary.size()), TokenKind.UNUSED);
      }
      if (vocabulary.size() == token.id()) {
        append(token.text(), token.kind());
      }
    }
  }

  private void append(String text, TokenKind kind) {
    SentencePieceLoading.add(vocabulary, text, kind);
    scores.add(ADDED_SCORE);
  }

  private void readModel(ProtobufReader model) {
    while (model.next()) {
      switch (model.field()) {
        case 1 -> readPiece(model.message());
        case 2 -> readTraining(model.message());
        case 3 -> readNormalization(model.message());
        default -> model.skip();
      }
    }
  }

  private void readPiece(ProtobufReader piece) {
    String text = "";
    float score = 0;
    TokenKind kind = TokenKind.NORMAL;
    while (piece.next()) {
      switch (piece.field()) {
        case 1 -> text = piece.string();
        case 2 -> score = piece.fixed32AsFloat();
        case 3 -> kind = kind(piece.varint());
        default -> piece.skip();
      }
    }
    if (Float.isNaN(score)) {
      throw refusal("the score of piece " + vocabulary.size(), "must be a number", "NaN");
    }
    if (text.isEmpty()) {
      throw refusal("piece " + vocabulary.size(), "must have a text", "none");
    }
    SentencePieceLoading.add(vocabulary, text, kind);
    texts.add(text);
    scores.add((double) score);
  }

  private TokenKind kind(long type) {
    return TokenKind.numbered(type)
        .orElseThrow(() -> refusal("the kind of piece " + vocabulary.size(), "must be 1..6", type));
  }

  private void readTraining(ProtobufReader training) {
    while (training.next()) {
      switch (training.field()) {
        case 3 -> modelType = Math.clamp(training.varint(), 0, 99);
        case 24 -> spaceAsSuffix = training.varint() != 0;
        case 40 -> unknown = clamped(training.varint());
        case 41 -> bos = clamped(training.varint());
        case 42 -> eos = clamped(training.varint());
        case 44 -> unknownText = training.string();
        default -> training.skip();
      }
    }
  }

  private void readNormalization(ProtobufReader normalization) {
    while (normalization.next()) {
      switch (normalization.field()) {
        case 2 -> hasCharacterMap = normalization.bytes().length > 0;
        case 3 -> prefixesSpace = normalization.varint() != 0;
        case 4 -> removesSpaces = normalization.varint() != 0;
        case 5 -> escapesSpaces = normalization.varint() != 0;
        default -> normalization.skip();
      }
    }
  }

  private void checkSettings() {
    if (vocabulary.size() == 0) {
      throw refusal("the vocabulary", "must have pieces", "none");
    }
    if (modelType != MODEL_TYPE_BPE) {
      throw refusal("trainer_spec.model_type", "must be 2 (BPE)", modelType);
    }
    if (spaceAsSuffix) {
      throw refusal("trainer_spec.treat_whitespace_as_suffix", "must be false", "true");
    }
    if (hasCharacterMap) {
      throw refusal("normalizer_spec.precompiled_charsmap", "must be empty (identity)", "a map");
    }
    if (removesSpaces) {
      throw refusal("normalizer_spec.remove_extra_whitespaces", "must be false", "true");
    }
    if (!escapesSpaces) {
      throw refusal("normalizer_spec.escape_whitespaces", "must be true", "false");
    }
  }

  private static int clamped(long value) {
    return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /// An id of the training settings; negative says that the model has none.
  private OptionalInt id(String name, int id) {
    if (id < 0) {
      return OptionalInt.empty();
    }
    if (id >= vocabulary.size()) {
      throw refusal("trainer_spec." + name, "must be below " + vocabulary.size(), id);
    }
    return OptionalInt.of(id);
  }

  private ModelFormatException refusal(String place, String rule, Object found) {
    return new ModelFormatException("%s: %s %s, found %s".formatted(origin, place, rule, found));
  }
}
