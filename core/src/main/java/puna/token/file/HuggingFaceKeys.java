package puna.token.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import puna.json.JsonPlace;
import puna.token.model.PreTokenizer;
import puna.token.model.SentencePieceRules.SpacePrefix;
import puna.token.model.TokenKind;

/// A tokenizer.json told by GGUF's keys.
///
/// A file with ▁ for spaces becomes a vocabulary with scores: the earlier a merge makes a token,
/// the higher its score, which is where such merges come from.
final class HuggingFaceKeys {
  private final JsonPlace root;
  private final List<HuggingFaceReader.Placed> tokens;
  private final KeysRequest request;

  HuggingFaceKeys(JsonPlace root, List<HuggingFaceReader.Placed> tokens, KeysRequest request) {
    this.root = root;
    this.tokens = tokens;
    this.request = request;
  }

  SequencedMap<String, Object> values() {
    TokenizerKeys keys =
        switch (HuggingFaceText.of(root)) {
          case HuggingFaceText.ByteLevel text -> bytePair(text.preTokenizer());
          case HuggingFaceText.Spaced text -> sentencePiece(text.prefix());
        };
    keys.writeRoles(request.roles(), addedIds(), templateAdds());
    return keys.values(request);
  }

  private TokenizerKeys bytePair(PreTokenizer preTokenizer) {
    TokenizerKeys keys = TokenizerKeys.bytePair(rule(preTokenizer));
    for (HuggingFaceReader.Placed token : tokens) {
      keys.add(token.text(), token.kind(), 0);
    }
    keys.pad(request.vocabulary(), 0);
    List<String> merges = new ArrayList<>();
    for (JsonPlace line : merges()) {
      HuggingFaceReader.Parts parts = HuggingFaceReader.parts(line);
      merges.add(marked(parts.left()) + ' ' + marked(parts.right()));
    }
    keys.writeMerged(merges);
    return keys;
  }

  /// The name that says whether pieces that are tokens are taken whole.
  private PreTokenizer rule(PreTokenizer preTokenizer) {
    boolean takesWhole =
        root.get("model").get("ignore_merges").map(JsonPlace::isTrue).orElse(false);
    return preTokenizer == PreTokenizer.LLAMA3 && !takesWhole
        ? PreTokenizer.LLAMA3_MERGED
        : preTokenizer;
  }

  /// Spaces part what a line holds; within a part they are written as the character of that byte.
  private static String marked(String part) {
    return part.replace(' ', '\u0120');
  }

  private TokenizerKeys sentencePiece(SpacePrefix prefix) {
    TokenizerKeys keys = TokenizerKeys.sentencePiece();
    Map<String, Integer> ranks = new HashMap<>();
    for (JsonPlace line : merges()) {
      HuggingFaceReader.Parts parts = HuggingFaceReader.parts(line);
      ranks.putIfAbsent(parts.left() + parts.right(), ranks.size() + 1);
    }
    for (HuggingFaceReader.Placed token : tokens) {
      boolean isText = token.kind() == TokenKind.NORMAL;
      Integer rank = isText ? ranks.get(token.text()) : null;
      double unmerged = isText ? -(double) tokens.size() - ranks.size() : 0;
      keys.add(token.text(), token.kind(), rank == null ? unmerged : -rank);
    }
    keys.pad(request.vocabulary(), SentencePieceReader.PADDING_SCORE);
    keys.writeScored();
    if (prefix == SpacePrefix.NEVER && request.roles().prefixesSpace().isEmpty()) {
      keys.put("add_space_prefix", false);
    }
    return keys;
  }

  private List<JsonPlace> merges() {
    return root.get("model").get("merges").elements();
  }

  private Map<String, Integer> addedIds() {
    Map<String, Integer> ids = new HashMap<>();
    JsonPlace added = root.get("added_tokens");
    for (JsonPlace token : added.isAbsent() ? List.<JsonPlace>of() : added.elements()) {
      ids.putIfAbsent(token.get("content").string(), token.get("id").integer(0, Integer.MAX_VALUE));
    }
    return ids;
  }

  /// What the template of texts adds, as far as it is one of the roles.
  private SequencedMap<String, Boolean> templateAdds() {
    SequencedMap<String, Boolean> adds = new LinkedHashMap<>();
    for (JsonPlace step : HuggingFaceText.steps(root.get("post_processor"), "processors")) {
      if (HuggingFaceText.type(step).equals("TemplateProcessing")) {
        addsOf(step, adds);
      }
    }
    return adds;
  }

  private void addsOf(JsonPlace template, SequencedMap<String, Boolean> adds) {
    List<JsonPlace> single = template.get("single").elements();
    Optional<String> first = single.size() > 1 ? special(single.getFirst()) : Optional.empty();
    first.ifPresent(text -> {
      @Nullable String bos = request.roles().texts().get(SpecialTokenRoles.BOS);
      adds.put(SpecialTokenRoles.BOS, bos == null || bos.equals(text));
    });
    JsonPlace pair = template.get("pair");
    if (!pair.isAbsent() && separates(pair.elements(), first)) {
      adds.put(SpecialTokenRoles.SEPARATOR, false);
    }
  }

  /// Whether tokens stand between two texts. The family has no separator, so that they are none.
  private static boolean separates(List<JsonPlace> pair, Optional<String> first) {
    int start =
        first.isPresent() && !pair.isEmpty() && special(pair.getFirst()).equals(first) ? 1 : 0;
    return pair.size() - start > 2;
  }

  private static Optional<String> special(JsonPlace part) {
    JsonPlace token = part.isObject() ? part.get("SpecialToken") : part;
    return token.isObject() ? Optional.of(token.get("id").string()) : Optional.empty();
  }
}
