package puna.x64.kernel;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Vec;

/// A panel of bf16 weights times 1 to 12 tokens in bf16 (AVX512_BF16).
///
/// A unit of 16 rows is 16 vectors, a pair of columns each; a unit of a token is its 32 columns.
final class Bf16PanelProduct512 extends PanelProduct512 {
  static final int MOST_TOKENS = 12;

  /// Bytes of a unit of 16 rows.
  static final int WEIGHT_UNIT_BYTES = 1024;

  /// Bytes of a unit of a token.
  static final int TOKEN_UNIT_BYTES = 64;

  private static final int PAIRS = 16;
  private static final int FIRST_WEIGHTS = 24; // after the results
  private static final int FIRST_ACTIVATION = 26;
  private static final int ACTIVATIONS = 6;

  Bf16PanelProduct512(int tokens) {
    super("panel-bf16", tokens, WEIGHT_UNIT_BYTES, TOKEN_UNIT_BYTES);
  }

  @Override
  void unit(Assembler asm) {
    for (int pair = 0; pair < PAIRS; pair++) {
      for (int group = 0; group < GROUPS_AT_ONCE; group++) {
        asm.emit(VMOVDQU32, Vec.zmm(FIRST_WEIGHTS + group), weights(group, 64 * pair));
      }
      for (int token = 0; token < tokens(); token++) {
        Vec x = Vec.zmm(FIRST_ACTIVATION + token % ACTIVATIONS);
        asm.emit(VPBROADCASTD, x, x(token, 4 * pair));
        for (int group = 0; group < GROUPS_AT_ONCE; group++) {
          asm.emit(VDPBF16PS, result(group, token), Vec.zmm(FIRST_WEIGHTS + group), x);
        }
      }
    }
  }
}
