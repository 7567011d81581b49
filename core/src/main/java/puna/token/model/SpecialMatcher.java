package puna.token.model;

import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds special tokens in text: the leftmost, and the longest that begins there. A trie over
/// bytes.
public final class SpecialMatcher {
  private static final int ROOT = 0;

  private final PairTable trie = new PairTable(16);
  private final IdBuffer tokenAtNode = new IdBuffer(16);
  private final boolean[] begins = new boolean[256];
  private final BitSet stripsLeft = new BitSet();
  private final BitSet stripsRight = new BitSet();

  /// A place in the text and the token that it is.
  record Match(int from, int to, int id) {}

  /// @param wanted which kinds of special tokens are found
  SpecialMatcher(Vocabulary vocabulary, Predicate<TokenKind> wanted, SpaceStripping stripping) {
    tokenAtNode.add(PieceTable.NONE);
    for (int id : vocabulary.specials()) {
      if (wanted.test(vocabulary.kind(id))) {
        add(vocabulary.bytes().copy(id), id);
      }
    }
    stripping.left().forEach(stripsLeft::set);
    stripping.right().forEach(stripsRight::set);
  }

  /// Ids of special tokens that swallow the white space before and after them.
  public record SpaceStripping(Set<Integer> left, Set<Integer> right) {
    public static final SpaceStripping NONE = new SpaceStripping(Set.of(), Set.of());
  }

  /// The first special token at `from` or later, with the white space that it swallows.
  ///
  /// @param barred tokens that are passed over
  Optional<Match> find(byte[] text, int from, BitSet barred) {
    if (tokenAtNode.size() == 1) {
      return Optional.empty();
    }
    for (int at = from; at < text.length; at++) {
      if (begins[text[at] & 0xFF]) {
        Match match = longestAt(text, at, barred);
        if (match != null) {
          return Optional.of(strip(text, from, match));
        }
      }
    }
    return Optional.empty();
  }

  private @Nullable Match longestAt(byte[] text, int from, BitSet barred) {
    Match longest = null;
    int node = ROOT;
    for (int at = from; at < text.length; at++) {
      long child = trie.find(node, text[at] & 0xFF);
      if (child == PairTable.NONE) {
        break;
      }
      node = PairTable.result(child);
      int token = tokenAtNode.get(node);
      if (token != PieceTable.NONE && !barred.get(token)) {
        longest = new Match(from, at + 1, token);
      }
    }
    return longest;
  }

  private Match strip(byte[] text, int limit, Match match) {
    int from = match.from();
    int to = match.to();
    if (stripsLeft.get(match.id())) {
      while (from > limit && isSpace(text, Utf8.previous(text, from))) {
        from = Utf8.previous(text, from);
      }
    }
    if (stripsRight.get(match.id())) {
      to = CharacterClass.run(text, to, text.length, CharacterClass.SPACE);
    }
    return new Match(from, to, match.id());
  }

  private static boolean isSpace(byte[] text, int at) {
    return (CharacterClass.at(text, at) & CharacterClass.SPACE) != 0;
  }

  private void add(byte[] token, int id) {
    int node = ROOT;
    for (byte b : token) {
      long child = trie.find(node, b & 0xFF);
      if (child == PairTable.NONE) {
        int created = tokenAtNode.size();
        tokenAtNode.add(PieceTable.NONE);
        trie.put(node, b & 0xFF, 0, created);
        node = created;
      } else {
        node = PairTable.result(child);
      }
    }
    tokenAtNode.set(node, id);
    begins[token[0] & 0xFF] = true;
  }
}
