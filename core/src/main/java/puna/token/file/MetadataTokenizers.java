package puna.token.file;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import puna.error.ModelFormatException;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;
import puna.token.model.BytePairMerges;
import puna.token.model.BytePairRules;
import puna.token.model.BytePairTokenizer;
import puna.token.model.ControlIds;
import puna.token.model.ControlIds.AddsBos;
import puna.token.model.PreTokenizer;
import puna.token.model.SentencePieceMerges;
import puna.token.model.SentencePieceRules;
import puna.token.model.SentencePieceRules.SpacePrefix;
import puna.token.model.SentencePieceRules.Unknowns;
import puna.token.model.SentencePieceTokenizer;
import puna.token.model.SpecialMatcher.SpaceStripping;
import puna.token.model.TokenKind;
import puna.token.model.Vocabulary;

/// The tokenizer that `tokenizer.ggml.*` metadata describes.
final class MetadataTokenizers {
  static final String PREFIX = "tokenizer.ggml.";
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
    List<TokenKind> kinds = new MetadataKinds(metadata, tokens, warnings).ofSentencePiece();
    MetadataPieces.requireSentencePiece(tokens, kinds);
    double[] scores = scores();
    for (int id = 0; id < tokens.size(); id++) {
      SentencePieceLoading.add(vocabulary, tokens.get(id), kinds.get(id));
      warnIfLong(id);
    }
    OptionalInt unknown = id("unknown_token_id", 0);
    SpacePrefix prefix =
        metadata.bool(PREFIX + "add_space_prefix").orElse(true)
            ? SpacePrefix.EVERYWHERE
            : SpacePrefix.NEVER;
    return new SentencePieceTokenizer(
        vocabulary,
        SentencePieceMerges.byScore(vocabulary, scores),
        new SentencePieceRules(
            prefix, unknown, SentencePieceRules.UNKNOWN_TEXT, Unknowns.FUSED, SpaceStripping.NONE),
        controls(id("bos_token_id", 1), id("eos_token_id", 2), addsBos(true)));
  }

  private Tokenizer bytePair() {
    PreTokenizer preTokenizer = preTokenizer();
    List<TokenKind> kinds = new MetadataKinds(metadata, tokens, warnings).ofByteLevel();
    MetadataPieces.requireByteLevel(tokens, kinds);
    List<String> lines =
        metadata
            .strings(PREFIX + "merges")
            .orElseThrow(() ->
                refusal("merges", "is required for model gpt2, be it an empty array", "none"));
    for (int id = 0; id < tokens.size(); id++) {
      ByteLevelLoading.add(vocabulary, tokens.get(id), kinds.get(id));
      warnIfLong(id);
    }
    AddsBos addsBos = addsBos(preTokenizer.addsBosByDefault());
    return new BytePairTokenizer(
        vocabulary,
        merges(lines),
        BytePairRules.of(preTokenizer),
        controls(id("bos_token_id"), id("eos_token_id"), addsBos));
  }

  /// Pruned and extended vocabularies have merges whose tokens are gone or never came.
  private BytePairMerges merges(List<String> lines) {
    BytePairMerges merges = new BytePairMerges(vocabulary, lines.size());
    int left = 0;
    String first = "";
    for (int rank = 0; rank < lines.size(); rank++) {
      if (!ByteLevelLoading.addMerge(merges, lines.get(rank), rank)) {
        first = left++ == 0 ? quoted(lines.get(rank)) + " at " + rank : first;
      }
    }
    if (left > 0) {
      warnings.add(
          "%smerges must hold two tokens a line that make a third, found %s of %s lines without, the first %s: they are left out"
              .formatted(PREFIX, left, lines.size(), first));
    }
    return merges;
  }

  private double[] scores() {
    double[] scores =
        metadata
            .numbersOrIntegers(PREFIX + "scores")
            .orElseThrow(() -> refusal("scores", "is required for model llama", "none"));
    if (scores.length < tokens.size()) {
      throw refusal(
          "scores", "must have a score for each of " + tokens.size() + " tokens", scores.length);
    }
    if (scores.length > tokens.size()) {
      warnings.add(MetadataKinds.surplus("scores", "a score", tokens.size(), scores.length));
    }
    for (int id = 0; id < tokens.size(); id++) {
      if (Double.isNaN(scores[id])) {
        throw refusal("scores", "must be numbers", "NaN at " + id);
      }
    }
    return scores;
  }

  private PreTokenizer preTokenizer() {
    Optional<String> name = metadata.string(PREFIX + "pre").filter(known -> !known.isEmpty());
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
                "must be a pre-tokenizer that is supported (" + PreTokenizer.knownNames() + ")",
                quoted(name.get())));
  }

  private void warnIfLong(int id) {
    int length = vocabulary.bytes().length(id);
    if (length > Vocabulary.LONGEST) {
      MetadataKinds.warnOnce(
          warnings,
          "%stokens should have at most %s bytes each".formatted(PREFIX, Vocabulary.LONGEST),
          ", found %s in token %s: no text becomes such a token".formatted(length, id));
    }
  }

  private ControlIds controls(OptionalInt bos, OptionalInt eos, AddsBos addsBos) {
    IntStream more = IntStream.concat(id("eot_token_id").stream(), id("eom_token_id").stream());
    ControlIds controls = ControlIds.of(vocabulary, bos, eos, addsBos, more);
    if (metadata.bool(PREFIX + "add_sep_token").orElse(false)) {
      warnings.add(
          PREFIX
              + "add_sep_token must be false for this tokenizer, found true: no separator is added");
    }
    if (!metadata.bool(PREFIX + "add_eos_token").orElse(false)) {
      return controls;
    }
    if (eos.isEmpty()) {
      warnings.add(
          PREFIX
              + "add_eos_token must be false where there is no EOS token, found true: none is added");
    }
    return controls.addingEos();
  }

  private AddsBos addsBos(Boolean byDefault) {
    return metadata.bool(PREFIX + "add_bos_token").orElse(byDefault) ? AddsBos.YES : AddsBos.NO;
  }

  private OptionalInt id(String name) {
    return id(name, tokens.size());
  }

  /// The id of a token that the file names.
  ///
  /// @param byDefault what stands where it names none; beyond the vocabulary for nothing
  private OptionalInt id(String name, int byDefault) {
    OptionalInt fallback =
        byDefault < tokens.size() ? OptionalInt.of(byDefault) : OptionalInt.empty();
    OptionalLong found = metadata.integer(PREFIX + name);
    // Some converters write -1 for tokens that a model lacks.
    if (found.isEmpty() || found.getAsLong() == ABSENT || found.getAsLong() == -1) {
      return fallback;
    }
    if (found.getAsLong() < 0 || found.getAsLong() >= tokens.size()) {
      warnings.add(
          "%s%s must be in 0..%s, found %s: %s"
              .formatted(
                  PREFIX,
                  name,
                  tokens.size() - 1,
                  found.getAsLong(),
                  fallback.isPresent()
                      ? "the usual %s stands instead".formatted(byDefault)
                      : "the model counts as having no such token"));
      return fallback;
    }
    return OptionalInt.of((int) found.getAsLong());
  }

  static String quoted(String text) {
    String excerpt = text.substring(0, Math.min(60, text.length()));
    return '"' + excerpt.replaceAll("\\p{Cntrl}", "?") + '"';
  }

  static ModelFormatException refusal(String key, String rule, Object found) {
    return new ModelFormatException(
        "metadata key %s%s %s, found %s".formatted(PREFIX, key, rule, found));
  }
}
