package puna.token.model;

import org.jspecify.annotations.Nullable;
import puna.token.TextDecoder;

/// Token bytes to text as they stream, for both tokenizers.
final class StreamingDecoder implements TextDecoder {
  /// How text is put together again.
  enum Rules {
    /// The bytes of all tokens in a row; an ill-formed sequence becomes one U+FFFD as far as it was
    /// well formed.
    BYTE_LEVEL,
    /// Characters never span pieces, only runs of byte tokens; every ill-formed byte becomes
    /// U+FFFD.
    SENTENCE_PIECE
  }

  private final Vocabulary vocabulary;
  private final Rules rules;
  private final byte @Nullable [] unknown;
  private final StringBuilder out = new StringBuilder();
  private boolean stripsSpace;

  // The sequence in progress: its bytes so far, and how many it needs.
  private int codePoint;
  private int held;
  private int needed;
  private int lowest;
  private int highest;

  /// Where the unknown token is decoded to its own text.
  StreamingDecoder(Vocabulary vocabulary, Rules rules) {
    this(vocabulary, rules, null);
  }

  /// @param unknown what the unknown token is decoded to
  StreamingDecoder(Vocabulary vocabulary, Rules rules, byte @Nullable [] unknown) {
    this.vocabulary = vocabulary;
    this.rules = rules;
    this.unknown = unknown;
  }

  /// Takes one leading space away from the first piece, which encoding had put there.
  StreamingDecoder strippingSpace() {
    stripsSpace = true;
    return this;
  }

  @Override
  public String append(int id) {
    pushToken(id);
    return take();
  }

  @Override
  public boolean isHolding() {
    return needed > 0;
  }

  @Override
  public String finish() {
    dropHeld();
    return take();
  }

  String all(int[] ids) {
    for (int id : ids) {
      pushToken(id);
    }
    return finish();
  }

  private void pushToken(int id) {
    TokenKind kind = vocabulary.kind(id);
    if (rules == Rules.SENTENCE_PIECE && kind != TokenKind.BYTE) {
      dropHeld();
    }
    switch (kind) {
      case CONTROL -> {}
      case UNKNOWN -> {
        if (unknown == null) {
          pushAll(id);
        } else {
          push(unknown, 0, unknown.length);
        }
      }
      case NORMAL -> {
        ByteStrings bytes = vocabulary.bytes();
        int from = bytes.start(id);
        int to = from + bytes.length(id);
        boolean strips = stripsSpace && to > from && bytes.bytes()[from] == ' ';
        push(bytes.bytes(), strips ? from + 1 : from, to);
      }
      case USER_DEFINED, UNUSED, BYTE -> pushAll(id);
    }
    if (kind != TokenKind.CONTROL) {
      stripsSpace = false;
    }
  }

  private void pushAll(int id) {
    int from = vocabulary.bytes().start(id);
    push(vocabulary.bytes().bytes(), from, from + vocabulary.bytes().length(id));
  }

  private void push(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      push(bytes[i] & 0xFF);
    }
  }

  private void push(int b) {
    if (needed > 0) {
      if (b >= lowest && b <= highest) {
        advance(b);
        return;
      }
      dropHeld();
    }
    begin(b);
  }

  private void advance(int b) {
    codePoint = codePoint << 6 | (b & 0x3F);
    held++;
    lowest = 0x80;
    highest = 0xBF;
    if (held == needed) {
      out.appendCodePoint(codePoint);
      needed = 0;
    }
  }

  /// Starts a sequence; the ranges of its second byte are those of table 3-7 of the Unicode
  /// Standard.
  private void begin(int b) {
    if (b < 0x80) {
      out.append((char) b);
      return;
    }
    if (b < 0xC2 || b > 0xF4) {
      out.append('\uFFFD');
      return;
    }
    held = 1;
    needed = b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    codePoint = b & (0x7F >> needed);
    lowest = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
    highest = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
  }

  private void dropHeld() {
    if (needed > 0) {
      out.repeat('\uFFFD', rules == Rules.SENTENCE_PIECE ? held : 1);
      needed = 0;
    }
  }

  private String take() {
    if (out.isEmpty()) {
      return "";
    }
    String text = out.toString();
    out.setLength(0);
    return text;
  }
}
