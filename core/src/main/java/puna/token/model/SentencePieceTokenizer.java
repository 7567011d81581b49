package puna.token.model;

import java.util.BitSet;
import java.util.Locale;
import puna.token.model.PromptEncoder.Before;

/// SentencePiece byte-pair encoding, as LLaMA 1, Llama 2 and Mistral have it.
///
/// Spaces become ▁ and one is put before the text; then characters are merged pair by pair, best
/// score first, with no regard to words. What has no piece is spelled in byte tokens. Unpaired
/// surrogates are read as U+FFFD.
///
/// Texts are cut where no piece could span the cut, which changes no result and makes words repeat.
public final class SentencePieceTokenizer extends MergingTokenizer {
  private static final byte[] NOTHING = {};
  private static final byte[] SPACE_MARK = Utf8.encode("▁");

  private final SentencePieceMerges merges;
  private final SentencePieceRules rules;
  private final int[] asciiSymbols = new int[128];

  public SentencePieceTokenizer(
      Vocabulary vocabulary,
      SentencePieceMerges merges,
      SentencePieceRules rules,
      ControlIds controls) {
    super(vocabulary, controls, rules.stripping());
    this.merges = merges;
    this.rules = rules;
    controls.steer(vocabulary, this::piece);
    byte[] one = new byte[1];
    for (int c = 0; c < asciiSymbols.length; c++) {
      one[0] = (byte) c;
      asciiSymbols[c] = merges.symbol(one, 0, 1);
    }
  }

  @Override
  public byte[] bytes(int id) {
    return switch (vocabulary.kind(id)) {
      case CONTROL -> NOTHING;
      case UNKNOWN -> Utf8.encode(rules.unknownText());
      case NORMAL, USER_DEFINED, UNUSED, BYTE -> vocabulary.bytes().copy(id);
    };
  }

  @Override
  public String piece(int id) {
    return switch (vocabulary.kind(id)) {
      case NORMAL -> vocabulary.text(id).replace(' ', '▁');
      case BYTE -> String.format(Locale.ROOT, "<0x%02X>", vocabulary.bytes().copy(id)[0]);
      case CONTROL, UNKNOWN, USER_DEFINED, UNUSED -> vocabulary.text(id);
    };
  }

  @Override
  public StreamingDecoder decoder(boolean atStart) {
    StreamingDecoder decoder =
        new StreamingDecoder(
            vocabulary, StreamingDecoder.Rules.SENTENCE_PIECE, Utf8.encode(rules.unknownText()));
    return atStart && rules.startsWithSpace() ? decoder.strippingSpace() : decoder;
  }

  @Override
  PromptEncoder.Fragments begin(byte[] utf8, IdBuffer out, BitSet barred) {
    return new Call(utf8, out, barred);
  }

  private final class Call implements PromptEncoder.Fragments {
    private final byte[] utf8;
    private final IdBuffer out;
    private final PieceCache cache;
    private final BitSet barred;
    private final Merger merger;

    // The text as pieces see it. A fragment gains one space at most, and between two fragments a
    // special token of one byte or more is left out.
    private final byte[] text;
    private int size;
    private boolean afterUnknown;

    Call(byte[] utf8, IdBuffer out, BitSet barred) {
      this.utf8 = utf8;
      this.out = out;
      this.barred = barred;
      this.merger = new Merger(merges.table(), barred);
      this.text = new byte[utf8.length + 1];
      this.cache = new PieceCache(text, out, (from, length, _) -> encodeAnew(from, length));
    }

    @Override
    public void encode(int from, int to, Before before) {
      int start = size;
      if (rules.prefixes(before, utf8[from] == ' ' || isSpaceMark(from))) {
        text[size++] = ' ';
      }
      appendWithSpaces(from, to);
      afterUnknown = false;
      int unit = start;
      for (int i = start + 1; i < size; i++) {
        if (!merges.mayJoin(text[i - 1], text[i])) {
          encodeUnit(unit, i - unit);
          unit = i;
        }
      }
      encodeUnit(unit, size - unit);
    }

    private boolean isSpaceMark(int at) {
      return utf8[at] == (byte) 0xE2 && utf8[at + 1] == (byte) 0x96 && utf8[at + 2] == (byte) 0x81;
    }

    /// Copies text with ▁ (E2 96 81) as a space, since pieces cannot tell them apart.
    private void appendWithSpaces(int from, int to) {
      int at = from;
      while (at < to) {
        byte b = utf8[at];
        if (isSpaceMark(at)) {
          text[size++] = ' ';
          at += 3;
        } else {
          text[size++] = b;
          at++;
        }
      }
    }

    private void encodeUnit(int from, int length) {
      if (merges.hasByteTokens()) {
        cache.encode(from, length);
      } else {
        encodeAnew(from, length); // what it becomes depends on whether unknown text came before
      }
    }

    private void encodeAnew(int from, int length) {
      int[] symbols = merger.symbols(length);
      int count = 0;
      int end = from + length;
      for (int at = from; at < end; ) {
        int next = Utf8.next(text, at);
        int symbol = text[at] >= 0 ? asciiSymbols[text[at]] : merges.symbol(text, at, next - at);
        // A character without a symbol merges with nothing; its place says later what it was.
        boolean isBarred = symbol == PieceTable.NONE || barred.get(symbol);
        symbols[count++] = isBarred ? ~at : symbol;
        at = next;
      }
      int left = merger.merge(count);
      for (int i = 0; i < left; i++) {
        emit(symbols[i]);
      }
    }

    private void emit(int symbol) {
      if (symbol >= 0 && symbol < vocabulary.size()) {
        out.add(symbol);
        afterUnknown = false;
      } else if (symbol < 0) {
        emitUnknown(text, ~symbol, Utf8.next(text, ~symbol));
      } else {
        ByteStrings bytes = merges.bytes();
        int from = bytes.start(symbol);
        emitUnknown(bytes.bytes(), from, from + bytes.length(symbol));
      }
    }

    private void emitUnknown(byte[] bytes, int from, int to) {
      if (merges.hasByteTokens() && bytes[from] == ' ') {
        // A space is ▁, and without a piece for that its bytes are spelled.
        emitBytes(SPACE_MARK, 0, SPACE_MARK.length);
        return;
      }
      if (merges.hasByteTokens()) {
        emitBytes(bytes, from, to);
        return;
      }
      if (rules.unknown().isPresent() && !(afterUnknown && rules.fusesUnknown())) {
        out.add(rules.unknown().getAsInt());
      }
      afterUnknown = true;
    }

    private void emitBytes(byte[] bytes, int from, int to) {
      for (int i = from; i < to; i++) {
        out.add(merges.byteToken(bytes[i]));
      }
    }
  }
}
