package puna.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import puna.tensor.Metadata;
import puna.tensor.ModelFormatException;
import puna.tensor.ModelWarnings;
import puna.token.ControlIds.AddsBos;
import puna.token.SentencePieceRules.SpacePrefix;
import puna.token.SentencePieceRules.Unknowns;
import puna.token.SpecialMatcher.SpaceStripping;

/// The tokenizer that `tokenizer.ggml.*` metadata describes.
final class MetadataTokenizers {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final long ABSENT = 0xFFFF_FFFFL;

  private final Metadata metadata;
  private final ModelWarnings warnings;
  private final Vocabulary vocabulary = new Vocabulary("tokenizer metadata");
  private final List<String> tokens;

  private MetadataTokenizers(Metadata metadata, ModelWarnings warnings) {
    this.metadata = metadata;
    this.warnings = warnings;
    this.tokens =
        metadata
            .strings(PREFIX + "tokens")
            .filter(found -> !found.isEmpty())
            .orElseThrow(() -> refusal("tokens", "is required", "none"));
  }

  static Tokenizer from(Metadata metadata, ModelWarnings warnings) {
    String model = metadata.requireString(PREFIX + "model");
    return switch (model) {
      case "llama" -> new MetadataTokenizers(metadata, warnings).sentencePiece();
      case "gpt2" -> new MetadataTokenizers(metadata, warnings).bytePair();
      default ->
          throw refusal(
              "model",
              "must be a tokenizer that is supported (llama: SentencePiece, gpt2: byte-level BPE)",
              quoted(model));
    };
  }

  private Tokenizer sentencePiece() {
    List<TokenKind> kinds = kinds().orElseGet(this::guessedKinds);
    double[] scores =
        metadata
            .numbers(PREFIX + "scores")
            .orElseThrow(() -> refusal("scores", "is required for model llama", "none"));
    if (scores.length != tokens.size()) {
      throw refusal(
          "scores", "must have a score for each of " + tokens.size() + " tokens", scores.length);
    }
    for (int id = 0; id < tokens.size(); id++) {
      if (Double.isNaN(scores[id])) {
        throw refusal("scores", "must be numbers", "NaN at " + id);
      }
      SentencePieceLoading.add(vocabulary, tokens.get(id), kinds.get(id));
    }
    OptionalInt bos = id("bos_token_id").or(1);
    OptionalInt eos = id("eos_token_id").or(2);
    OptionalInt unknown = id("unknown_token_id").or(0);
    SpacePrefix prefix =
        metadata.bool(PREFIX + "add_space_prefix").orElse(true)
            ? SpacePrefix.EVERYWHERE
            : SpacePrefix.NEVER;
    return new SentencePieceTokenizer(
        vocabulary,
        SentencePieceMerges.byScore(vocabulary, scores),
        new SentencePieceRules(
            prefix, unknown, SentencePieceRules.UNKNOWN_TEXT, Unknowns.FUSED, SpaceStripping.NONE),
        controls(bos, eos, addsBos(true)));
  }

  private Tokenizer bytePair() {
    PreTokenizer preTokenizer = preTokenizer();
    List<TokenKind> kinds =
        kinds().orElseGet(() -> tokens.stream().map(token -> TokenKind.NORMAL).toList());
    byte[] spelled = new byte[Vocabulary.LONGEST];
    for (int id = 0; id < tokens.size(); id++) {
      ByteLevelLoading.add(vocabulary, tokens.get(id), kinds.get(id), spelled);
    }
    List<String> lines = metadata.strings(PREFIX + "merges").orElse(List.of());
    BytePairMerges merges = new BytePairMerges(vocabulary, lines.size());
    for (int rank = 0; rank < lines.size(); rank++) {
      ByteLevelLoading.addMerge(merges, lines.get(rank), rank, PREFIX + "merges " + rank);
    }
    AddsBos addsBos = addsBos(preTokenizer.addsBosByDefault());
    return new BytePairTokenizer(
        vocabulary,
        merges,
        BytePairRules.of(preTokenizer),
        controls(id("bos_token_id").orAbsent(), id("eos_token_id").orAbsent(), addsBos));
  }

  private PreTokenizer preTokenizer() {
    Optional<String> name = metadata.string(PREFIX + "pre");
    if (name.isEmpty()) {
      warnings.add(
          "tokenizer.ggml.pre is missing: text is cut as GPT-2 does, which may not be how the model"
              + " was trained");
      return PreTokenizer.GPT2;
    }
    return PreTokenizer.named(name.get())
        .orElseThrow(() ->
            refusal(
                "pre",
                "must be a pre-tokenizer that is supported (" + PreTokenizer.KNOWN_NAMES + ")",
                quoted(name.get())));
  }

  private Optional<List<TokenKind>> kinds() {
    Optional<long[]> types = metadata.integers(PREFIX + "token_type");
    if (types.isEmpty()) {
      return Optional.empty();
    }
    if (types.get().length != tokens.size()) {
      throw refusal(
          "token_type",
          "must have a type for each of " + tokens.size() + " tokens",
          types.get().length);
    }
    List<TokenKind> kinds = new ArrayList<>(tokens.size());
    for (long type : types.get()) {
      kinds.add(kind(type));
    }
    return Optional.of(kinds);
  }

  private static TokenKind kind(long type) {
    return switch (Math.clamp(type, 0, 7)) {
      case 1 -> TokenKind.NORMAL;
      case 2 -> TokenKind.UNKNOWN;
      case 3 -> TokenKind.CONTROL;
      case 4 -> TokenKind.USER_DEFINED;
      case 5 -> TokenKind.UNUSED;
      case 6 -> TokenKind.BYTE;
      default -> throw refusal("token_type", "must be 1..6", type);
    };
  }

  /// Kinds by the names that SentencePiece gives its own tokens.
  private List<TokenKind> guessedKinds() {
    return tokens.stream()
        .map(token ->
            switch (token) {
              case "<unk>" -> TokenKind.UNKNOWN;
              case "<s>", "</s>" -> TokenKind.CONTROL;
              default ->
                  SentencePieceLoading.byteOf(token).isPresent()
                      ? TokenKind.BYTE
                      : TokenKind.NORMAL;
            })
        .toList();
  }

  private ControlIds controls(OptionalInt bos, OptionalInt eos, AddsBos addsBos) {
    IntStream more =
        IntStream.concat(
            id("eot_token_id").orAbsent().stream(), id("eom_token_id").orAbsent().stream());
    return ControlIds.of(vocabulary, bos, eos, addsBos, more);
  }

  private AddsBos addsBos(Boolean byDefault) {
    return metadata.bool(PREFIX + "add_bos_token").orElse(byDefault) ? AddsBos.YES : AddsBos.NO;
  }

  private NamedId id(String name) {
    OptionalLong found = metadata.integer(PREFIX + name);
    // Some converters write -1 for tokens that a model lacks.
    if (found.isEmpty() || found.getAsLong() == ABSENT || found.getAsLong() == -1) {
      return new NamedId(OptionalInt.empty(), tokens.size());
    }
    if (found.getAsLong() < 0 || found.getAsLong() >= tokens.size()) {
      throw refusal(name, "must be in 0.." + (tokens.size() - 1), found.getAsLong());
    }
    return new NamedId(OptionalInt.of((int) found.getAsLong()), tokens.size());
  }

  private record NamedId(OptionalInt id, int vocabularySize) {
    OptionalInt orAbsent() {
      return id;
    }

    OptionalInt or(int byDefault) {
      return id.isPresent() || byDefault >= vocabularySize ? id : OptionalInt.of(byDefault);
    }
  }

  private static String quoted(String text) {
    return '"' + text.substring(0, Math.min(60, text.length())) + '"';
  }

  private static ModelFormatException refusal(String key, String rule, Object found) {
    return new ModelFormatException(
        "metadata key %s%s %s, found %s".formatted(PREFIX, key, rule, found));
  }
}
