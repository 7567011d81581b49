package puna.token.file;

import static puna.token.file.MetadataTokenizers.PREFIX;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.token.model.ByteAlphabet;
import puna.token.model.TokenKind;

/// The kinds of tokens by `tokenizer.ggml.token_type`. A type that no one has defined makes a token
/// that no text becomes.
///
/// @param warnings is told of types without a meaning
record MetadataKinds(Metadata metadata, List<String> tokens, ModelWarnings warnings) {

  /// Without types, by the names that SentencePiece gives its own tokens.
  List<TokenKind> ofSentencePiece() {
    Optional<long[]> types = types();
    List<TokenKind> kinds = new ArrayList<>(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      kinds.add(types.isEmpty() ? guessed(tokens.get(id)) : sentencePiece(id, types.get()[id]));
    }
    return kinds;
  }

  /// Without types all tokens are normal.
  List<TokenKind> ofByteLevel() {
    Optional<long[]> types = types();
    List<TokenKind> kinds = new ArrayList<>(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      kinds.add(types.isEmpty() ? TokenKind.NORMAL : byteLevel(id, types.get()[id]));
    }
    return kinds;
  }

  private Optional<long[]> types() {
    Optional<long[]> types = metadata.integers(PREFIX + "token_type");
    types.ifPresent(this::requireLength);
    return types.filter(this::meanSomething);
  }

  /// Types of which none is normal and some are none of the known would leave no text a token.
  private boolean meanSomething(long[] types) {
    OptionalLong odd = LongStream.of(types).filter(type -> !isDefined(type)).findFirst();
    if (odd.isEmpty() || LongStream.of(types).anyMatch(type -> type == 1)) {
      return true;
    }
    warnings.add(
        "%stoken_type must name normal tokens, found %s and no 1: the types count as missing"
            .formatted(PREFIX, odd.getAsLong()));
    return false;
  }

  private void requireLength(long[] found) {
    if (found.length < tokens.size()) {
      throw MetadataTokenizers.refusal(
          "token_type", "must have a type for each of " + tokens.size() + " tokens", found.length);
    }
    if (found.length > tokens.size()) {
      warnings.add(surplus("token_type", "a type", tokens.size(), found.length));
    }
  }

  /// What is said of an array that is longer than the vocabulary.
  static String surplus(String key, String entry, int size, int found) {
    return "%s%s must have %s for each of %s tokens, found %s: the last %s are ignored"
        .formatted(PREFIX, key, entry, size, found, found - size);
  }

  private TokenKind sentencePiece(int id, long type) {
    // The name says what a byte token is: text that has no piece needs all of them.
    if (SentencePieceLoading.byteOf(tokens.get(id)).isPresent()) {
      if (type != 6) {
        warnOfByte(tokens.get(id), id, 6, type);
      }
      return TokenKind.BYTE;
    }
    return type == 6 ? noByte(id) : kind(id, type);
  }

  private TokenKind byteLevel(int id, long type) {
    boolean isText = type == 1 || type == 3 || type == 4;
    if (!isText && ByteAlphabet.isByte(tokens.get(id))) {
      warnOfByte(MetadataTokenizers.quoted(tokens.get(id)), id, 1, type);
      return TokenKind.NORMAL;
    }
    return type == 6 ? noByte(id) : kind(id, type);
  }

  private void warnOfByte(String token, int id, int wanted, long found) {
    warnOnce(
        warnings,
        "%stoken_type must be %s for ".formatted(PREFIX, wanted),
        "%s, token %s, found %s: it stands for its byte all the same".formatted(token, id, found));
  }

  private TokenKind noByte(int id) {
    warnOnce(
        warnings,
        PREFIX + "token_type 6 must stand at bytes alone",
        ", found it for %s, token %s: no text becomes such a token"
            .formatted(MetadataTokenizers.quoted(tokens.get(id)), id));
    return TokenKind.UNUSED;
  }

  private TokenKind kind(int id, long type) {
    return TokenKind.numbered(type)
        .orElseGet(() -> {
          warnOnce(
              warnings,
              PREFIX + "token_type must be 1..6",
              ", found %s for token %s: no text becomes such a token".formatted(type, id));
          return TokenKind.UNUSED;
        });
  }

  private static boolean isDefined(long type) {
    return type >= 1 && type <= 6;
  }

  /// Tells of the first of many tokens with the same fault.
  static void warnOnce(ModelWarnings warnings, String rule, String found) {
    if (warnings.all().stream().noneMatch(known -> known.startsWith(rule))) {
      warnings.add(rule + found);
    }
  }

  private static TokenKind guessed(String token) {
    return switch (token) {
      case "<unk>" -> TokenKind.UNKNOWN;
      case "<s>", "</s>" -> TokenKind.CONTROL;
      default -> SentencePieceLoading.byteOf(token).isPresent() ? TokenKind.BYTE : TokenKind.NORMAL;
    };
  }
}
