package puna.token.file;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import puna.error.ModelFormatException;
import puna.json.JsonPlace;
import puna.json.JsonValue;
import puna.json.JsonValue.JsonString;
import puna.json.file.JsonFile;
import puna.token.Tokenizer;
import puna.token.model.BytePairMerges;
import puna.token.model.BytePairRules;
import puna.token.model.BytePairTokenizer;
import puna.token.model.ControlIds;
import puna.token.model.ControlIds.AddsBos;
import puna.token.model.SentencePieceMerges;
import puna.token.model.SentencePieceRules;
import puna.token.model.SentencePieceRules.Unknowns;
import puna.token.model.SentencePieceTokenizer;
import puna.token.model.SpecialMatcher.SpaceStripping;
import puna.token.model.TokenKind;
import puna.token.model.Vocabulary;

/// Hugging Face's tokenizer.json, as far as the family uses it: BPE models with byte-level or
/// ▁-for-space text. Whatever else a file asks for is refused with the path to it.
final class HuggingFaceReader {
  /// Ids beyond are taken for damage; the family's largest vocabulary has 202,048 tokens.
  private static final int HIGHEST_ID = (1 << 22) - 1;

  private static final JsonValue NO_TEXT = new JsonString("");

  private final JsonPlace root;
  private final TokenizerSettings settings;
  private final JsonPlace model;
  private final Vocabulary vocabulary;
  private final Map<String, Integer> ids = new HashMap<>();
  private final Set<Integer> stripsLeft = new HashSet<>();
  private final Set<Integer> stripsRight = new HashSet<>();
  private @Nullable String[] tokens = {};
  private TokenKind[] kinds = {};

  private HuggingFaceReader(byte[] file, String origin, TokenizerSettings settings) {
    this.root = JsonFile.read(file, origin);
    this.settings = settings;
    this.model = root.get("model");
    this.vocabulary = new Vocabulary(origin);
  }

  /// @throws ModelFormatException when the file is not JSON, or not of the supported subset
  static Tokenizer read(byte[] file, String origin, TokenizerSettings settings) {
    return new HuggingFaceReader(file, origin, settings).tokenizer();
  }

  /// What GGUF's keys tell of the tokenizer.
  static SequencedMap<String, Object> keys(byte[] file, String origin, KeysRequest request) {
    HuggingFaceReader reader = new HuggingFaceReader(file, origin, request.settings());
    reader.checkModel();
    HuggingFaceText text = HuggingFaceText.of(reader.root);
    reader.readTokens();
    if (text instanceof HuggingFaceText.Spaced) {
      reader.markPieces();
    }
    List<Placed> placed = new ArrayList<>();
    for (int id = 0; id < reader.tokens.length; id++) {
      String token = reader.tokens[id];
      placed.add(
          token == null
              ? new Placed("[PAD%s]".formatted(id), TokenKind.UNUSED)
              : new Placed(token, reader.kinds[id]));
    }
    return new HuggingFaceKeys(reader.root, placed, request).values();
  }

  /// A token at its id.
  record Placed(String text, TokenKind kind) {}

  private Tokenizer tokenizer() {
    checkModel();
    HuggingFaceText text = HuggingFaceText.of(root);
    readTokens();
    return switch (text) {
      case HuggingFaceText.ByteLevel byteLevel -> bytePair(byteLevel);
      case HuggingFaceText.Spaced spaced -> sentencePiece(spaced);
    };
  }

  private void checkModel() {
    if (!HuggingFaceText.type(model).equals("BPE")) {
      throw model.get("type").refusal("must be \"BPE\"");
    }
    if (!model.get("dropout").isAbsent()) {
      throw model.get("dropout").refusal("must be null");
    }
    for (String name : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (model.get(name).map(affix -> !affix.value().equals(NO_TEXT)).orElse(false)) {
        throw model.get(name).refusal("must be null");
      }
    }
  }

  private Tokenizer bytePair(HuggingFaceText.ByteLevel text) {
    for (int id = 0; id < tokens.length; id++) {
      String token = tokens[id];
      ByteLevelLoading.add(vocabulary, token == null ? "" : token, kinds[id]);
    }
    List<JsonPlace> lines = model.get("merges").elements();
    BytePairMerges merges = new BytePairMerges(vocabulary, lines.size());
    if (!model.get("unk_token").isAbsent() && !merges.coversAllBytes()) {
      throw model.get("unk_token").refusal("must be null where bytes have no token");
    }
    for (int rank = 0; rank < lines.size(); rank++) {
      Parts parts = parts(lines.get(rank));
      merges.add(parts.left(), parts.right(), rank, lines.get(rank).path());
    }
    BytePairRules rules =
        new BytePairRules(
            text.preTokenizer(),
            model.get("ignore_merges").map(JsonPlace::isTrue).orElse(false)
                ? BytePairRules.WholePieces.TAKEN
                : BytePairRules.WholePieces.MERGED,
            stripping());
    return new BytePairTokenizer(vocabulary, merges, rules, controls());
  }

  private Tokenizer sentencePiece(HuggingFaceText.Spaced text) {
    if (model.get("ignore_merges").map(JsonPlace::isTrue).orElse(false)) {
      throw model.get("ignore_merges").refusal("must be false without ByteLevel");
    }
    OptionalInt unknown = markPieces();
    for (int id = 0; id < tokens.length; id++) {
      SentencePieceLoading.add(vocabulary, tokens[id] == null ? "" : tokens[id], kinds[id]);
    }
    List<JsonPlace> lines = model.get("merges").elements();
    SentencePieceMerges merges = new SentencePieceMerges(vocabulary, lines.size());
    for (int rank = 0; rank < lines.size(); rank++) {
      JsonPlace line = lines.get(rank);
      Parts parts = parts(line);
      int left = requireToken(line, parts.left());
      int right = requireToken(line, parts.right());
      merges.add(left, right, rank, requireToken(line, parts.left() + parts.right()));
    }
    Unknowns unknowns =
        model.get("fuse_unk").map(JsonPlace::isTrue).orElse(false)
            ? Unknowns.FUSED
            : Unknowns.SINGLE;
    SentencePieceRules rules =
        new SentencePieceRules(
            text.prefix(), unknown, SentencePieceRules.UNKNOWN_TEXT, unknowns, stripping());
    return new SentencePieceTokenizer(vocabulary, merges, rules, controls());
  }

  /// Tells the unknown token and those of bytes from others.
  ///
  /// @return the id of the unknown token
  private OptionalInt markPieces() {
    OptionalInt unknown = unknown();
    unknown.ifPresent(id -> kinds[id] = TokenKind.UNKNOWN);
    boolean fallsBack = model.get("byte_fallback").map(JsonPlace::isTrue).orElse(false);
    for (int id = 0; fallsBack && id < tokens.length; id++) {
      String token = tokens[id];
      if (token != null
          && kinds[id] == TokenKind.NORMAL
          && SentencePieceLoading.byteOf(token).isPresent()) {
        kinds[id] = TokenKind.BYTE;
      }
    }
    return unknown;
  }

  private void readTokens() {
    JsonPlace vocab = model.get("vocab");
    for (String token : vocab.object().members().keySet()) {
      place(token, vocab.get(token).integer(0, HIGHEST_ID), TokenKind.NORMAL, vocab);
    }
    JsonPlace added = root.get("added_tokens");
    for (JsonPlace token : added.isAbsent() ? List.<JsonPlace>of() : added.elements()) {
      readAdded(token);
    }
    if (tokens.length == 0) {
      throw vocab.refusal("must have tokens");
    }
    int end = tokens.length;
    while (tokens[end - 1] == null) {
      end--;
    }
    tokens = Arrays.copyOf(tokens, end);
  }

  private void readAdded(JsonPlace token) {
    int id = token.get("id").integer(0, HIGHEST_ID);
    String content = token.get("content").string();
    if (content.isEmpty()) {
      throw token.get("content").refusal("must not be empty");
    }
    if (token.get("single_word").map(JsonPlace::isTrue).orElse(false)) {
      throw token.get("single_word").refusal("must be false");
    }
    boolean special = token.get("special").map(JsonPlace::isTrue).orElse(false);
    place(content, id, special ? TokenKind.CONTROL : TokenKind.USER_DEFINED, token);
    if (token.get("lstrip").map(JsonPlace::isTrue).orElse(false)) {
      stripsLeft.add(id);
    }
    if (token.get("rstrip").map(JsonPlace::isTrue).orElse(false)) {
      stripsRight.add(id);
    }
  }

  private void place(String token, int id, TokenKind kind, JsonPlace place) {
    if (id >= tokens.length) {
      int length = tokens.length;
      int wanted = Math.max(id + 1, Math.max(1024, length * 2));
      tokens = Arrays.copyOf(tokens, wanted);
      kinds = Arrays.copyOf(kinds, wanted);
      Arrays.fill(kinds, length, wanted, TokenKind.UNUSED);
    }
    Integer earlier = ids.putIfAbsent(token, id);
    String there = tokens[id];
    if ((earlier != null && earlier != id) || (there != null && !there.equals(token))) {
      throw new ModelFormatException(
          "%s: %s: tokens and ids must differ, found \"%s\" as %s beside \"%s\" as %s"
              .formatted(
                  vocabulary.origin(),
                  place.path(),
                  token,
                  id,
                  there == null ? token : there,
                  earlier == null ? id : earlier));
    }
    tokens[id] = token;
    kinds[id] = kind;
  }

  record Parts(String left, String right) {}

  static Parts parts(JsonPlace line) {
    if (line.isArray()) {
      List<JsonPlace> parts = line.elements();
      if (parts.size() != 2) {
        throw line.refusal("must be two tokens");
      }
      return new Parts(parts.getFirst().string(), parts.getLast().string());
    }
    String text = line.string();
    int space = text.indexOf(' ');
    if (space <= 0 || space != text.lastIndexOf(' ') || space == text.length() - 1) {
      throw line.refusal("must be two tokens with a space between");
    }
    return new Parts(text.substring(0, space), text.substring(space + 1));
  }

  private int requireToken(JsonPlace line, String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw line.refusal("must be two tokens that make a token, and \"" + token + "\" is none");
    }
    return id;
  }

  private OptionalInt unknown() {
    JsonPlace unknown = model.get("unk_token");
    if (unknown.isAbsent()) {
      return OptionalInt.empty();
    }
    Integer id = ids.get(unknown.string());
    if (id == null) {
      throw unknown.refusal("must be a token");
    }
    return OptionalInt.of(id);
  }

  private SpaceStripping stripping() {
    return new SpaceStripping(Set.copyOf(stripsLeft), Set.copyOf(stripsRight));
  }

  /// BOS is what the template puts first. The file does not name EOS: where the files beside it do
  /// not either, it goes by the usual names.
  private ControlIds controls() {
    OptionalInt templated = templateBos();
    OptionalInt bos =
        templated.isPresent() ? templated : firstOf("<|begin_of_text|>", "<s>", "<|im_start|>");
    OptionalInt eos = firstOf("<|end_of_text|>", "</s>", "<|im_end|>", "<|endoftext|>");
    AddsBos addsBos = templated.isPresent() ? AddsBos.YES : AddsBos.NO;
    return settings.controls(vocabulary, bos, eos, addsBos);
  }

  private OptionalInt firstOf(String... names) {
    return Stream.of(names)
        .map(vocabulary::special)
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  private OptionalInt templateBos() {
    OptionalInt bos = OptionalInt.empty();
    for (JsonPlace step : HuggingFaceText.steps(root.get("post_processor"), "processors")) {
      switch (HuggingFaceText.type(step)) {
        case "ByteLevel" -> {}
        case "TemplateProcessing" -> bos = templateBos(step.get("single"));
        default -> throw step.refusal("must be ByteLevel or TemplateProcessing");
      }
    }
    return bos;
  }

  private OptionalInt templateBos(JsonPlace single) {
    List<JsonPlace> parts = single.elements();
    JsonPlace first = parts.isEmpty() ? single : parts.getFirst();
    boolean hasBos = first.isObject() && first.get("SpecialToken").isObject();
    if (parts.size() != (hasBos ? 2 : 1) || !parts.getLast().get("Sequence").isObject()) {
      throw single.refusal("must be a text with at most one special token before it");
    }
    if (!hasBos) {
      return OptionalInt.empty();
    }
    JsonPlace name = first.get("SpecialToken").get("id");
    Integer id = ids.get(name.string());
    if (id == null) {
      throw name.refusal("must be a token");
    }
    return OptionalInt.of(id);
  }
}
