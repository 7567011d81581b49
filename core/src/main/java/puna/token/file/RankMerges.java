package puna.token.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import puna.token.model.ByteAlphabet;
import puna.token.model.Vocabulary;

/// The merges that a vocabulary of ranks stands for, as lines: every way to cut a token into two
/// tokens, in the order of the tokens, as Hugging Face's converter of such vocabularies has them.
final class RankMerges {
  private RankMerges() {}

  static List<String> of(Vocabulary ranks) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < ranks.size(); id++) {
      ids.put(new String(ranks.bytes().copy(id), StandardCharsets.ISO_8859_1), id);
    }
    List<String> merges = new ArrayList<>();
    for (int id = 0; id < ranks.size(); id++) {
      String token = new String(ranks.bytes().copy(id), StandardCharsets.ISO_8859_1);
      for (Cut cut : cuts(token, ids)) {
        merges.add(written(ranks, cut.left) + ' ' + written(ranks, cut.right));
      }
    }
    return merges;
  }

  private record Cut(int left, int right) {}

  private static List<Cut> cuts(String token, Map<String, Integer> ids) {
    List<Cut> cuts = new ArrayList<>();
    for (int at = 1; at < token.length(); at++) {
      Integer left = ids.get(token.substring(0, at));
      Integer right = left == null ? null : ids.get(token.substring(at));
      if (left != null && right != null) {
        cuts.add(new Cut(left, right));
      }
    }
    cuts.sort(Comparator.comparingInt(Cut::left).thenComparingInt(Cut::right));
    return cuts;
  }

  private static String written(Vocabulary ranks, int id) {
    return ByteAlphabet.write(ranks.bytes().copy(id));
  }
}
