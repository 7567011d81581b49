package puna.x64.kernel;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Vec;
import puna.x64.kernel.LevelPanel.Minimum;
import puna.x64.kernel.TokenPlanes.Planes;

/// A panel of unpacked levels times 1 to 6 tokens in planes of bytes (AVX-512 VNNI).
///
/// Both planes go through one sum, `128 · Σ q·hi + Σ q·lo`: the high plane first, then a shift.
final class PlanesPanelProduct512 extends PanelProduct512 {
  static final int MOST_TOKENS = 6;

  // 0..11 results, 12..23 sums
  private static final int FIRST_SUM = 12;
  private static final int FIRST_WEIGHTS = 24;
  private static final int FIRST_ACTIVATION = 26;
  private static final int ACTIVATIONS = 6;

  private final LevelPanel panel;
  private final Planes planes;

  PlanesPanelProduct512(LevelPanel panel, Planes planes, int tokens) {
    super("panel-" + panel.label(), tokens, panel.unitBytes(), TokenPlanes.UNIT_BYTES);
    this.panel = panel;
    this.planes = planes;
  }

  @Override
  void unit(Assembler asm) {
    int quads = 8 / panel.halves();
    for (int half = 0; half < panel.halves(); half++) {
      clear(asm);
      quads(asm, half * quads, quads, TokenPlanes.HIGH);
      for (int i = 0; i < GROUPS_AT_ONCE * tokens(); i++) {
        Vec sum = Vec.zmm(FIRST_SUM + i);
        asm.emit(VPSLLD, sum, sum, TokenPlanes.PLANE_SHIFT);
      }
      if (planes == Planes.TWO) {
        quads(asm, half * quads, quads, TokenPlanes.LOW);
      }
      finish(asm, half);
    }
  }

  private void clear(Assembler asm) {
    for (int i = 0; i < GROUPS_AT_ONCE * tokens(); i++) {
      Vec sum = Vec.zmm(FIRST_SUM + i);
      asm.emit(VPXORD, sum, sum, sum);
    }
  }

  private void quads(Assembler asm, int first, int count, int plane) {
    for (int quad = first; quad < first + count; quad++) {
      for (int group = 0; group < GROUPS_AT_ONCE; group++) {
        asm.emit(VMOVDQU32, Vec.zmm(FIRST_WEIGHTS + group), weights(group, 64 * quad));
      }
      for (int token = 0; token < tokens(); token++) {
        Vec x = activation(token);
        asm.emit(VPBROADCASTD, x, x(token, plane + 4 * quad));
        for (int group = 0; group < GROUPS_AT_ONCE; group++) {
          asm.emit(VPDPBUSD, sum(group, token), Vec.zmm(FIRST_WEIGHTS + group), x);
        }
      }
    }
  }

  private void finish(Assembler asm, int half) {
    for (int token = 0; token < tokens(); token++) {
      Vec x = activation(token);
      if (panel.minimum() == Minimum.NONE) {
        int offset =
            panel.hasHalves()
                ? TokenPlanes.offsetSumOfHalf(LevelPanel.OFFSET_SHIFT, half)
                : TokenPlanes.offsetSum(LevelPanel.OFFSET_SHIFT);
        asm.emit(VPBROADCASTD, x, x(token, offset));
        for (int group = 0; group < GROUPS_AT_ONCE; group++) {
          asm.emit(VPADDD, sum(group, token), sum(group, token), x);
        }
      }
      asm.emit(VBROADCASTSS, x, x(token, TokenPlanes.SCALE));
      for (int group = 0; group < GROUPS_AT_ONCE; group++) {
        Vec sum = sum(group, token);
        asm.emit(VCVTDQ2PS, sum, sum);
        asm.emit(VMULPS, sum, sum, x);
        asm.emit(VFMADD231PS, result(group, token), sum, weights(group, panel.scale(half)));
      }
      if (panel.hasMinimum()) {
        minimum(asm, token, half);
      }
    }
  }

  private void minimum(Assembler asm, int token, int half) {
    Vec x = activation(token);
    int sum =
        !panel.hasHalves()
            ? TokenPlanes.SCALED_SUM
            : half == 0 ? TokenPlanes.SCALED_SUM_FIRST : TokenPlanes.SCALED_SUM_SECOND;
    asm.emit(VBROADCASTSS, x, x(token, sum));
    for (int group = 0; group < GROUPS_AT_ONCE; group++) {
      asm.emit(
          panel.minimum() == Minimum.ADDED ? VFMADD231PS : VFNMADD231PS,
          result(group, token),
          x,
          weights(group, panel.minimum(half)));
    }
  }

  private static Vec sum(int group, int token) {
    return Vec.zmm(FIRST_SUM + GROUPS_AT_ONCE * token + group);
  }

  private static Vec activation(int token) {
    return Vec.zmm(FIRST_ACTIVATION + token % ACTIVATIONS);
  }
}
