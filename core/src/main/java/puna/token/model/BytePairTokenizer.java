package puna.token.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import puna.token.PromptPart;
import puna.token.TextDecoder;
import puna.token.Tokenizer;
import puna.token.model.BytePairRules.WholePieces;

/// Byte-level byte-pair encoding, as Llama 3, Llama 4 and SmolLM2 have it.
///
/// Text is cut into pieces by a pre-tokenizer; the bytes of each piece are merged pair by pair,
/// lowest rank first. Bytes for which the vocabulary has no token are left out. Unpaired surrogates
/// are read as U+FFFD.
public final class BytePairTokenizer implements Tokenizer {
  private static final byte[] NOTHING = {};

  private final Vocabulary vocabulary;
  private final BytePairMerges merges;
  private final BytePairRules rules;
  private final ControlIds controls;
  private final SpecialMatcher inText;
  private final SpecialMatcher inTemplates;
  private final PromptEncoder prompts;

  public BytePairTokenizer(
      Vocabulary vocabulary, BytePairMerges merges, BytePairRules rules, ControlIds controls) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.rules = rules;
    this.controls = controls;
    this.inText =
        new SpecialMatcher(vocabulary, kind -> kind == TokenKind.USER_DEFINED, rules.stripping());
    this.inTemplates = new SpecialMatcher(vocabulary, kind -> true, rules.stripping());
    controls.steer(vocabulary, this::piece);
    this.prompts = new PromptEncoder(vocabulary, controls.guarded(vocabulary), Call::new);
  }

  @Override
  public int vocabularySize() {
    return vocabulary.size();
  }

  @Override
  public int[] encode(String text) {
    return prompts.encode(text, inText);
  }

  @Override
  public int[] encodeWithSpecials(String text) {
    return prompts.encode(text, inTemplates);
  }

  @Override
  public int[] encode(List<PromptPart> parts, Set<String> marks) {
    return prompts.encode(parts, marks, inText);
  }

  @Override
  public String decode(int[] ids) {
    return streamingDecoder().all(ids);
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
  public boolean isSpecial(int id) {
    return vocabulary.kind(id) == TokenKind.CONTROL;
  }

  @Override
  public OptionalInt special(String token) {
    return vocabulary.special(token);
  }

  @Override
  public OptionalInt bos() {
    return controls.bos();
  }

  @Override
  public OptionalInt eos() {
    return controls.eos();
  }

  @Override
  public boolean addsBos() {
    return controls.addsBos() == ControlIds.AddsBos.YES;
  }

  @Override
  public boolean addsEos() {
    return controls.addsEos() == ControlIds.AddsEos.YES;
  }

  @Override
  public Set<String> markTexts() {
    return vocabulary.markTexts();
  }

  @Override
  public boolean isEndOfGeneration(int id) {
    return id >= 0 && controls.ends().get(id);
  }

  @Override
  public TextDecoder decoder(boolean atStart) {
    return streamingDecoder();
  }

  private StreamingDecoder streamingDecoder() {
    return new StreamingDecoder(vocabulary, StreamingDecoder.Rules.BYTE_LEVEL);
  }

  /// One text on its way to ids.
  private final class Call implements PromptEncoder.Fragments {
    private final byte[] text;
    private final IdBuffer out;
    private final PieceCache cache;
    private final BitSet barred;
    private final Merger merger;
    private int[] symbols = new int[PieceCache.LONGEST];

    Call(byte[] text, IdBuffer out, BitSet barred) {
      this.text = text;
      this.out = out;
      this.barred = barred;
      this.merger = new Merger(merges.table(), barred);
      this.cache = new PieceCache(text, out);
    }

    @Override
    public void encode(int from, int to, PromptEncoder.Before before) {
      PieceScanner scanner = rules.preTokenizer().scanner();
      int at = from;
      while (at < to) {
        int end = scanner.next(text, at, to);
        encodePiece(at, end - at);
        at = end;
      }
    }

    private void encodePiece(int from, int length) {
      if (length > PieceCache.LONGEST) {
        encodeAnew(from, length, ByteKeys.key(text, from, length));
        return;
      }
      long key = ByteKeys.key(text, from, length);
      if (!cache.repeat(from, length, key)) {
        int outFrom = out.size();
        encodeAnew(from, length, key);
        cache.remember(from, length, key, outFrom);
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
      if (symbols.length < length) {
        symbols = Arrays.copyOf(symbols, length);
      }
      int count = 0;
      for (int i = from; i < from + length; i++) {
        int id = merges.byteIds()[text[i] & 0xFF];
        if (id != PieceTable.NONE) {
          symbols[count++] = id;
        }
      }
      int left = merger.merge(symbols, count);
      for (int i = 0; i < left; i++) {
        out.add(symbols[i]);
      }
    }
  }
}
