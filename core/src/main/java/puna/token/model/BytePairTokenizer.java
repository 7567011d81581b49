package puna.token.model;

import java.util.BitSet;
import puna.token.model.BytePairRules.WholePieces;

/// Byte-level byte-pair encoding, as Llama 3, Llama 4 and SmolLM2 have it.
///
/// Text is cut into pieces by a pre-tokenizer; the bytes of each piece are merged pair by pair,
/// lowest rank first. Bytes for which the vocabulary has no token are left out. Unpaired surrogates
/// are read as U+FFFD.
public final class BytePairTokenizer extends MergingTokenizer {
  private static final byte[] NOTHING = {};

  private final BytePairMerges merges;
  private final BytePairRules rules;

  public BytePairTokenizer(
      Vocabulary vocabulary, BytePairMerges merges, BytePairRules rules, ControlIds controls) {
    super(vocabulary, controls, rules.stripping());
    this.merges = merges;
    this.rules = rules;
    controls.steer(vocabulary, this::piece);
  }

  @Override
  public byte[] bytes(int id) {
    return vocabulary.kind(id) == TokenKind.CONTROL ? NOTHING : vocabulary.bytes().copy(id);
  }

  @Override
  public String piece(int id) {
    return vocabulary.kind(id) == TokenKind.NORMAL
        ? ByteAlphabet.write(vocabulary.bytes().copy(id))
        : vocabulary.text(id);
  }

  @Override
  public StreamingDecoder decoder(boolean atStart) {
    return new StreamingDecoder(vocabulary, StreamingDecoder.Rules.BYTE_LEVEL);
  }

  @Override
  PromptEncoder.Fragments begin(byte[] utf8, IdBuffer out, BitSet barred) {
    return new Call(utf8, out, barred);
  }

  private final class Call implements PromptEncoder.Fragments {
    private final byte[] text;
    private final IdBuffer out;
    private final PieceCache cache;
    private final BitSet barred;
    private final Merger merger;

    Call(byte[] text, IdBuffer out, BitSet barred) {
      this.text = text;
      this.out = out;
      this.barred = barred;
      this.merger = new Merger(merges.table(), barred);
      this.cache = new PieceCache(text, out, this::encodeAnew);
    }

    @Override
    public void encode(int from, int to, PromptEncoder.Before before) {
      PieceScanner scanner = rules.preTokenizer().scanner();
      int at = from;
      while (at < to) {
        int end = scanner.next(text, at, to);
        cache.encode(at, end - at);
        at = end;
      }
    }

    private void encodeAnew(int from, int length, long key) {
      if (rules.wholePieces() == WholePieces.TAKEN && length <= merges.longest()) {
        int whole = merges.pieces().find(text, from, length, key);
        if (whole != PieceTable.NONE && !barred.get(whole)) {
          out.add(whole);
          return;
        }
      }
      int[] symbols = merger.symbols(length);
      int count = 0;
      for (int i = from; i < from + length; i++) {
        int id = merges.byteIds()[text[i] & 0xFF];
        if (id != PieceTable.NONE) {
          symbols[count++] = id;
        }
      }
      int left = merger.merge(count);
      for (int i = 0; i < left; i++) {
        out.add(symbols[i]);
      }
    }
  }
}
