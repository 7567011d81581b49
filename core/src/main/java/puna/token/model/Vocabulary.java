package puna.token.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import puna.error.ModelFormatException;
import puna.text.FileText;

/// The tokens by id: their bytes and kinds, and the special ones by their text.
///
/// The bytes of a token are those of the text it stands for; for control and unknown tokens, which
/// stand for none, those of their name.
public final class Vocabulary {
  /// The longest token that text is searched for, in bytes; the family's longest has 128.
  public static final int LONGEST = 1024;

  /// What a converter puts where bytes are not UTF-8, so that tokens look alike that were not.
  private static final char REPLACEMENT = '\uFFFD';

  private final String origin;
  private final ByteStrings bytes = new ByteStrings();
  private final List<TokenKind> kinds = new ArrayList<>();
  private final Map<String, Integer> specials = new HashMap<>();
  private final Map<String, Integer> otherMarks = new HashMap<>();
  private final Map<String, Integer> steering = new HashMap<>();

  /// @param origin the file's name, for messages
  public Vocabulary(String origin) {
    this.origin = origin;
  }

  /// Appends a token. One longer than [#LONGEST] is kept for what it stands for, and no text makes
  /// it.
  ///
  /// @throws ModelFormatException when a special token's text is taken
  public void add(byte[] token, TokenKind kind) {
    int id = bytes.size();
    bytes.add(token);
    kinds.add(token.length > LONGEST && isText(kind) ? TokenKind.UNUSED : kind);
    if (token.length == 0 || token.length > LONGEST) {
      return;
    }
    if (isSpecial(kind)) {
      addSpecial(id, FileText.read(token, 0, token.length));
    } else if (kind != TokenKind.BYTE && MarkSpelling.mayBegin(token[0])) {
      String text = FileText.read(token, 0, token.length);
      if (MarkSpelling.isBracketed(text)) {
        otherMarks.putIfAbsent(text, id);
      }
    }
  }

  /// Lets the token be found by a text before any other, whatever its kind.
  void steer(String text, int id) {
    steering.putIfAbsent(text, id);
  }

  private void addSpecial(int id, String text) {
    if (FileText.isEscaped(text)) {
      return; // no text spells a token that is not UTF-8
    }
    Integer earlier = specials.putIfAbsent(text, id);
    if (earlier != null && text.indexOf(REPLACEMENT) < 0) {
      throw new ModelFormatException(
          "%s: special tokens must differ, found %s and %s both as \"%s\""
              .formatted(origin, earlier, id, text));
    }
  }

  public String origin() {
    return origin;
  }

  public int size() {
    return bytes.size();
  }

  public ByteStrings bytes() {
    return bytes;
  }

  /// @throws IllegalArgumentException when the id is outside the vocabulary
  public TokenKind kind(int id) {
    if (id < 0 || id >= bytes.size()) {
      throw new IllegalArgumentException(
          "token id must be in 0..%s, found %s".formatted(bytes.size() - 1, id));
    }
    return kinds.get(id);
  }

  /// The token's bytes read as UTF-8.
  String text(int id) {
    return new String(bytes.bytes(), bytes.start(id), bytes.length(id), StandardCharsets.UTF_8);
  }

  boolean endsWith(int id, char ascii) {
    int length = bytes.length(id);
    return length > 0 && bytes.bytes()[bytes.start(id) + length - 1] == ascii;
  }

  /// The token with that text: one that steers, else a special one, else one of any kind that is
  /// written like a mark. Converters file marks under every kind.
  public OptionalInt special(String text) {
    for (Map<String, Integer> known : List.of(steering, specials, otherMarks)) {
      Integer id = known.get(text);
      if (id != null) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /// The tokens that are marks in every format, whatever their kind.
  BitSet barredMarks() {
    BitSet ids = new BitSet();
    for (Map<String, Integer> known : List.of(specials, otherMarks)) {
      known.forEach((text, id) -> {
        if (MarkSpelling.isBarred(text)) {
          ids.set(id);
        }
      });
    }
    return ids;
  }

  /// Texts that are marks where a prompt's format prints them.
  Set<String> markTexts() {
    Set<String> texts = new HashSet<>(otherMarks.keySet());
    specials.forEach((text, id) -> {
      if (kind(id) == TokenKind.CONTROL || MarkSpelling.isWritten(text)) {
        texts.add(text);
      }
    });
    return texts;
  }

  /// The ids of all tokens that have a text of their own outside the merges.
  List<Integer> specials() {
    return specials.values().stream().sorted().toList();
  }

  private static boolean isText(TokenKind kind) {
    return kind == TokenKind.NORMAL || kind == TokenKind.USER_DEFINED;
  }

  private static boolean isSpecial(TokenKind kind) {
    return switch (kind) {
      case CONTROL, USER_DEFINED, UNKNOWN -> true;
      case NORMAL, UNUSED, BYTE -> false;
    };
  }
}
