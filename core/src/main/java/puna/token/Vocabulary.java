package puna.token;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import puna.tensor.FileText;
import puna.tensor.ModelFormatException;

/// The tokens by id: their bytes and kinds, and the special ones by their text.
///
/// The bytes of a token are those of the text it stands for; for control and unknown tokens, which
/// stand for none, those of their name.
final class Vocabulary {
  /// The longest token that is accepted, in bytes; the family's longest has 128.
  static final int LONGEST = 1024;

  private final String origin;
  private final ByteStrings bytes = new ByteStrings();
  private final List<TokenKind> kinds = new ArrayList<>();
  private final Map<String, Integer> specials = new HashMap<>();

  /// @param origin the file's name, for messages
  Vocabulary(String origin) {
    this.origin = origin;
  }

  /// Appends a token.
  ///
  /// @throws ModelFormatException when it is too long, or a special token's text is taken
  void add(byte[] token, TokenKind kind) {
    int id = bytes.size();
    if (token.length > LONGEST) {
      throw new ModelFormatException(
          "%s: token %d may have at most %d bytes, found %d"
              .formatted(origin, id, LONGEST, token.length));
    }
    bytes.add(token);
    kinds.add(kind);
    String text = isSpecial(kind) ? FileText.read(token, 0, token.length) : "";
    // No text spells a token that is not UTF-8.
    if (!text.isEmpty() && !FileText.isEscaped(text)) {
      Integer earlier = specials.putIfAbsent(text, id);
      if (earlier != null) {
        throw new ModelFormatException(
            "%s: special tokens must differ, found %d and %d both as \"%s\""
                .formatted(origin, earlier, id, text));
      }
    }
  }

  String origin() {
    return origin;
  }

  int size() {
    return bytes.size();
  }

  ByteStrings bytes() {
    return bytes;
  }

  /// @throws IllegalArgumentException when the id is outside the vocabulary
  TokenKind kind(int id) {
    if (id < 0 || id >= bytes.size()) {
      throw new IllegalArgumentException(
          "token id must be in 0..%d, found %d".formatted(bytes.size() - 1, id));
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

  OptionalInt special(String text) {
    Integer id = specials.get(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /// The ids of all tokens that have a text of their own outside the merges.
  List<Integer> specials() {
    return specials.values().stream().sorted().toList();
  }

  private static boolean isSpecial(TokenKind kind) {
    return switch (kind) {
      case CONTROL, USER_DEFINED, UNKNOWN -> true;
      case NORMAL, UNUSED, BYTE -> false;
    };
  }
}
