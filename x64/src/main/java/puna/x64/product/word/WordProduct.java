package puna.x64.product.word;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.pack.Scales;
import puna.x64.panel.PlaneTiles;
import puna.x64.panel.TokenWords;
import puna.x64.product.Dot;
import puna.x64.product.RowGroups;

/// A panel of words, as `WordUnpacker` makes them, times tokens in `TokenWords`, up to four a pass
/// (AVX2, AVX-VNNI).
///
/// `vpmaddwd`, or `vpdpwssd`, multiplies two columns of eight rows by 15 bits at once, where bytes
/// take a product for each plane; every activation that is broadcast meets two vectors of weights,
/// and every vector of weights four tokens. Integers are exact and floats are added in the order of
/// `PlaneProduct256`, so that results are those of a single token to the last bit.
///
/// ```
/// four tokens
///   results      zero, or what the piece before left
///   unit         16 pairs of columns into sums of 32 bits
///     finish       sums → float, × scales, added to the results in memory
/// ```
public final class WordProduct implements Emitter {
  static final ArgumentLayout ARGUMENTS =
      ArgumentLayout.of(
          "panel", "units", "x", "xStride", "passes", "out", "outStride", "outStep", "resume");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp X = Gp.RSI;
  private static final Gp WEIGHTS = Gp.RAX;
  private static final Gp UNITS = Gp.RCX;
  private static final Gp PASSES = Gp.RDX;
  private static final Gp OUT = Gp.R8;
  private static final Gp OUT_STRIDE = Gp.R9;
  private static final Gp OUT_STRIDE3 = Gp.R10;
  private static final Gp NEXT_X = Gp.R11;

  // 0..7 sums of token t, group g
  private static final int FIRST_WEIGHTS = 8; // 8, 9
  private static final Vec ACTIVATION = Vec.ymm(10);
  private static final int FIRST_PRODUCT = 11; // 11, 12
  private static final int FIRST_SCALES = 13; // 13, 14
  private static final Vec ZERO = Vec.ymm(15);

  private final Scales scales;
  private final int tokens;
  private final int groups;
  private final Dot dot;

  /// @param tokens a pass, 1 to 4
  /// @param groups row groups, 1 or 2
  /// @param dot how words are multiplied
  public WordProduct(Scales scales, int tokens, int groups, Dot dot) {
    this.scales = scales;
    this.tokens = tokens;
    this.groups = groups;
    this.dot = dot;
  }

  @Override
  public String name() {
    return "words-" + scales + "-" + tokens + "-" + groups + dot.suffix();
  }

  @Override
  public void emit(Assembler asm) {
    asm.mov(PASSES, ARGUMENTS.field(ARGS, "passes"));
    asm.mov(NEXT_X, ARGUMENTS.field(ARGS, "x"));
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    asm.mov(OUT_STRIDE, ARGUMENTS.field(ARGS, "outStride"));
    asm.lea(OUT_STRIDE3, Mem.at(OUT_STRIDE, OUT_STRIDE, 2));
    Label pass = new Label();
    Label end = new Label();
    asm.test(PASSES, PASSES);
    asm.jump(Condition.EQUAL, end);
    asm.bind(pass);
    begin(asm);
    units(asm);
    asm.add(OUT, ARGUMENTS.field(ARGS, "outStep"));
    asm.sub(PASSES, 1);
    asm.jump(Condition.NOT_EQUAL, pass);
    asm.bind(end);
  }

  private void begin(Assembler asm) {
    asm.mov(WEIGHTS, ARGUMENTS.field(ARGS, "panel"));
    asm.mov(X, NEXT_X);
    asm.add(NEXT_X, ARGUMENTS.field(ARGS, "xStride"));
    Label resume = new Label();
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "resume"));
    asm.test(UNITS, UNITS);
    asm.jump(Condition.NOT_EQUAL, resume);
    asm.emit(VXORPS, ZERO, ZERO, ZERO);
    for (int token = 0; token < tokens; token++) {
      for (int group = 0; group < groups; group++) {
        asm.emit(VMOVUPS_STORE, result(token, group), ZERO);
      }
    }
    asm.bind(resume);
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
  }

  private void units(Assembler asm) {
    Label unit = new Label();
    asm.align(32);
    asm.bind(unit);
    if (scales.hasHalves()) {
      for (int half = 0; half < 2; half++) {
        sums(asm, half * WordUnpacker.PAIRS / 2, WordUnpacker.PAIRS / 2);
        finish(asm, half, PlaneTiles.FIRST_SUM + half);
      }
    } else {
      sums(asm, 0, WordUnpacker.PAIRS);
      finish(asm, 0, PlaneTiles.SUM);
    }
    asm.add(WEIGHTS, WordUnpacker.unitBytes(scales));
    asm.add(X, TokenWords.UNIT_BYTES);
    asm.sub(UNITS, 1);
    asm.jump(Condition.NOT_EQUAL, unit);
  }

  private void sums(Assembler asm, int first, int count) {
    for (int pair = first; pair < first + count; pair++) {
      for (int group = 0; group < groups; group++) {
        int at = pair * WordUnpacker.STRIDE + group * WordUnpacker.VECTOR;
        asm.emit(VMOVDQU, Vec.ymm(FIRST_WEIGHTS + group), Mem.at(WEIGHTS, at));
      }
      for (int token = 0; token < tokens; token++) {
        asm.emit(VPBROADCASTD, ACTIVATION, Mem.at(X, token * TokenWords.TOKEN_BYTES + 4 * pair));
        for (int group = 0; group < groups; group++) {
          Vec sum = sum(token, group);
          Vec weights = Vec.ymm(FIRST_WEIGHTS + group);
          if (pair == first) {
            asm.emit(VPMADDWD, sum, ACTIVATION, weights);
          } else {
            dot.words(asm, sum, ACTIVATION, weights, Vec.ymm(FIRST_PRODUCT + group));
          }
        }
      }
    }
  }

  /// Adds the sums, times their scales, to the results.
  private void finish(Assembler asm, int half, int scaledSum) {
    for (int group = 0; group < groups; group++) {
      int at = WordUnpacker.scaleOffset(half) + group * WordUnpacker.VECTOR;
      asm.emit(VMOVUPS, Vec.ymm(FIRST_SCALES + group), Mem.at(WEIGHTS, at));
    }
    for (int token = 0; token < tokens; token++) {
      asm.emit(VBROADCASTSS, ACTIVATION, scalar(token, PlaneTiles.SCALE));
      for (int group = 0; group < groups; group++) {
        Vec sum = sum(token, group);
        asm.emit(VCVTDQ2PS, sum, sum);
        asm.emit(VMULPS, sum, sum, ACTIVATION);
        asm.emit(VFMADD213PS, sum, Vec.ymm(FIRST_SCALES + group), result(token, group));
      }
      if (scales.hasMinimum()) {
        addMinimum(asm, token, half, scaledSum);
      }
      for (int group = 0; group < groups; group++) {
        asm.emit(VMOVUPS_STORE, result(token, group), sum(token, group));
      }
    }
  }

  private void addMinimum(Assembler asm, int token, int half, int scaledSum) {
    asm.emit(VBROADCASTSS, ACTIVATION, scalar(token, scaledSum));
    for (int group = 0; group < groups; group++) {
      int at = WordUnpacker.minimumOffset(scales, half) + group * WordUnpacker.VECTOR;
      asm.emit(
          scales == Scales.HALF_AND_MINIMUM ? VFMADD231PS : VFNMADD231PS,
          sum(token, group),
          ACTIVATION,
          Mem.at(WEIGHTS, at));
    }
  }

  private static Vec sum(int token, int group) {
    return Vec.ymm(WordUnpacker.GROUPS * token + group);
  }

  private static Mem scalar(int token, int kind) {
    return Mem.at(X, TokenWords.SCALARS + kind * TokenWords.SCALAR_BYTES + 4 * token);
  }

  private static Mem result(int token, int group) {
    int at = group * WordUnpacker.VECTOR;
    return RowGroups.strided(OUT, OUT_STRIDE, OUT_STRIDE3, token, at);
  }
}
