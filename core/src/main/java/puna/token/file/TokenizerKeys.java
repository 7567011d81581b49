package puna.token.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import puna.token.model.PreTokenizer;
import puna.token.model.TokenKind;

/// The `tokenizer.ggml.*` keys of a vocabulary, in the order in which llama.cpp's converter writes
/// them.
final class TokenizerKeys {
  private static final int CODE_LLAMA_SIZE = 32_016;
  private static final int SMALL_GRANITE_SIZE = 49_152;

  private final SequencedMap<String, Object> values = new LinkedHashMap<>();
  private final List<String> tokens = new ArrayList<>();
  private final List<TokenKind> kinds = new ArrayList<>();
  private final List<Double> scores = new ArrayList<>();

  /// A vocabulary with a score for each token.
  static TokenizerKeys sentencePiece() {
    return new TokenizerKeys("llama", "default");
  }

  /// A vocabulary with a list of merges.
  static TokenizerKeys bytePair(PreTokenizer preTokenizer) {
    return new TokenizerKeys("gpt2", preTokenizer.usualName());
  }

  private TokenizerKeys(String model, String preTokenizer) {
    put("model", model);
    put("pre", preTokenizer);
  }

  int size() {
    return tokens.size();
  }

  void add(String token, TokenKind kind, double score) {
    tokens.add(token);
    kinds.add(kind);
    scores.add(score);
  }

  void replace(int id, String token, TokenKind kind, double score) {
    tokens.set(id, token);
    kinds.set(id, kind);
    scores.set(id, score);
  }

  /// Adds places that nothing maps to, up to as many ids as the model has.
  void pad(int size, double score) {
    while (tokens.size() < size) {
      add("[PAD%s]".formatted(tokens.size()), TokenKind.UNUSED, score);
    }
  }

  void writeScored() {
    put("tokens", List.copyOf(tokens));
    put("scores", scores.stream().mapToDouble(Double::doubleValue).toArray());
    writeKinds();
  }

  void writeMerged(List<String> merges) {
    put("tokens", List.copyOf(tokens));
    writeKinds();
    put("merges", List.copyOf(merges));
  }

  private void writeKinds() {
    put("token_type", kinds.stream().mapToLong(TokenKind::number).toArray());
  }

  /// Writes the ids of roles, then which of them a text gets.
  ///
  /// @param byText ids of the tokens that configurations may name
  /// @param adds in order: what the tokenizer's own file says, that configurations may change
  void writeRoles(
      SpecialTokenRoles roles, Map<String, Integer> byText, SequencedMap<String, Boolean> adds) {
    SequencedMap<String, Integer> ids = new LinkedHashMap<>();
    for (String role : SpecialTokenRoles.ROLES) {
      String text = roles.texts().get(role);
      Integer id = text == null ? null : byText.get(text);
      if (id != null) {
        ids.put(role, id);
      }
    }
    for (String role : SpecialTokenRoles.ROLES) {
      Integer id = roles.ids().get(role);
      if (id != null && id < tokens.size()) {
        ids.putIfAbsent(role, id);
      }
    }
    ids.forEach((role, id) -> put(SpecialTokenRoles.keyOf(role), (long) id));
    SequencedMap<String, Boolean> all = new LinkedHashMap<>(adds);
    for (String role : SpecialTokenRoles.ROLES) {
      Boolean added = roles.adds().get(role);
      if (added != null) {
        all.put(role, added);
      }
    }
    all.forEach((role, added) -> put("add_" + role + "_token", added));
  }

  /// All keys, with those of templates, and those that depend on the size alone.
  SequencedMap<String, Object> values(KeysRequest request) {
    values.putAll(request.templates());
    if (request.vocabulary() == CODE_LLAMA_SIZE) {
      put("prefix_token_id", 32_007L);
      put("suffix_token_id", 32_008L);
      put("middle_token_id", 32_009L);
      put("eot_token_id", 32_010L);
    }
    request.roles().prefixesSpace().ifPresent(adds -> put("add_space_prefix", adds));
    if (request.vocabulary() == SMALL_GRANITE_SIZE) {
      put("add_bos_token", false);
    }
    return values;
  }

  void put(String name, Object value) {
    values.put(MetadataTokenizers.PREFIX + name, value);
  }
}
