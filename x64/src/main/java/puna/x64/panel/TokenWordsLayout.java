package puna.x64.panel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import puna.backend.cpu.FloatMatrix;
import puna.x64.code.Routine;

/// Quantizes activations to `TokenWords`, a token a piece.
public final class TokenWordsLayout extends NativePanelLayout<TokenWords> {
  public TokenWordsLayout(Routine quantize) {
    super(TokenWords.class, quantize, QuantizeTokens.ARGUMENTS.byteSize());
  }

  @Override
  TokenWords panel(FloatMatrix x, SegmentAllocator memory) {
    return new TokenWords(x, memory);
  }

  @Override
  void checkWidth(FloatMatrix x) {
    QuantizeTokens.checkWidth(x);
  }

  @Override
  void put(MemorySegment arguments, long at, FloatMatrix x, TokenWords panel, int token) {
    long units = panel.address(token);
    int place = token % TokenWords.TOKENS;
    QuantizeTokens.putToken(arguments, at, x, token);
    QuantizeTokens.putPlaces(
        arguments,
        at,
        units + (long) place * TokenWords.TOKEN_BYTES,
        units + TokenWords.SCALARS + (long) place * Float.BYTES);
  }
}
