package puna.x64.kernel;

import static puna.x64.asm.VectorOp.*;

import puna.x64.ArgumentLayout;
import puna.x64.Emitter;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;

/// An unpacked panel of row groups times a tile of tokens (AVX-512): what prefill waits for.
///
/// The panel is a piece of the rows' depth, so that it stays in the second-level cache while all
/// tiles of tokens pass by; results of earlier pieces are added to. Row groups come in pairs, so
/// that what is read of the tokens serves both.
///
/// ```
/// pair of row groups   32 rows
///   begin                results: zeros, or those of the pieces before
///   unit                 32 columns, by the subclass
///   store                two vectors of 16 results a token
/// ```
abstract class PanelProduct512 implements Emitter {
  static final int LANES = UnitUnpacker512.LANES;

  /// Row groups that are multiplied at once.
  static final int GROUPS_AT_ONCE = 2;

  private static final ArgumentLayout ARGUMENTS = ProductArguments.LAYOUT;

  private static final Gp ARGS = Gp.RDI;
  private static final Gp[] X = {Gp.RSI, Gp.RBX, Gp.RDX}; // of four tokens each
  private static final Gp X_STRIDE = Gp.R8;
  private static final Gp X_STRIDE3 = Gp.R9;
  private static final Gp[] WEIGHTS = {Gp.RAX, Gp.RCX}; // of a group each
  private static final Gp UNITS = Gp.R10;
  private static final Gp PAIRS = Gp.R11;
  private static final Gp OUT = Gp.R12;
  private static final Gp GROUP = Gp.R13;
  private static final Gp AT = Gp.R14;
  private static final Gp OUT_STRIDE = Gp.R15;

  private final String name;
  private final int tokens;
  private final int weightUnitBytes;
  private final int tokenUnitBytes;

  /// @param tokens of a tile, 1 to 12
  /// @param weightUnitBytes of a unit of a row group in the panel
  /// @param tokenUnitBytes of a unit of a token
  PanelProduct512(String name, int tokens, int weightUnitBytes, int tokenUnitBytes) {
    this.name = name;
    this.tokens = tokens;
    this.weightUnitBytes = weightUnitBytes;
    this.tokenUnitBytes = tokenUnitBytes;
  }

  /// Adds the products of 32 columns to the results, or to sums that `complete` adds to them.
  abstract void unit(Assembler asm);

  final int tokens() {
    return tokens;
  }

  /// The results of a group and token; registers below zmm(2 · tokens).
  static Vec result(int group, int token) {
    return Vec.zmm(GROUPS_AT_ONCE * token + group);
  }

  /// A place in the unit of a row group.
  static Mem weights(int group, int offset) {
    return Mem.at(WEIGHTS[group], offset);
  }

  /// A place in the unit of a token.
  static Mem x(int token, int offset) {
    Gp base = X[token / 4];
    return switch (token % 4) {
      case 0 -> Mem.at(base, offset);
      case 1 -> Mem.at(base, X_STRIDE, 1, offset);
      case 2 -> Mem.at(base, X_STRIDE, 2, offset);
      default -> Mem.at(base, X_STRIDE3, 1, offset);
    };
  }

  @Override
  public final String name() {
    return name + "-" + tokens;
  }

  @Override
  public final void emit(Assembler asm) {
    asm.mov(GROUP, ARGUMENTS.field(ARGS, "weights"));
    asm.mov(PAIRS, ARGUMENTS.field(ARGS, "groups"));
    asm.shr(PAIRS, 1);
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    asm.mov(OUT_STRIDE, ARGUMENTS.field(ARGS, "outStride"));
    asm.mov(X_STRIDE, ARGUMENTS.field(ARGS, "xStride"));
    asm.lea(X_STRIDE3, Mem.at(X_STRIDE, X_STRIDE, 2));
    Label pair = new Label();
    Label unit = new Label();
    Label end = new Label();
    asm.test(PAIRS, PAIRS);
    asm.jump(Condition.EQUAL, end);
    asm.bind(pair);
    beginPair(asm);
    asm.align(64);
    asm.bind(unit);
    unit(asm);
    for (int four = 0; 4 * four < tokens; four++) {
      asm.add(X[four], tokenUnitBytes);
    }
    for (int group = 0; group < GROUPS_AT_ONCE; group++) {
      asm.add(WEIGHTS[group], weightUnitBytes);
    }
    asm.sub(UNITS, 1);
    asm.jump(Condition.NOT_EQUAL, unit);
    store(asm);
    asm.sub(PAIRS, 1);
    asm.jump(Condition.NOT_EQUAL, pair);
    asm.bind(end);
  }

  private void beginPair(Assembler asm) {
    asm.mov(WEIGHTS[0], GROUP);
    asm.add(GROUP, ARGUMENTS.field(ARGS, "groupBytes"));
    asm.mov(WEIGHTS[1], GROUP);
    asm.add(GROUP, ARGUMENTS.field(ARGS, "groupBytes"));
    asm.mov(X[0], ARGUMENTS.field(ARGS, "x"));
    for (int four = 1; 4 * four < tokens; four++) {
      asm.lea(X[four], Mem.at(X[four - 1], X_STRIDE, 4));
    }
    Label fresh = new Label();
    Label ready = new Label();
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "resume"));
    asm.test(UNITS, UNITS);
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.jump(Condition.EQUAL, fresh);
    asm.mov(AT, OUT);
    for (int token = 0; token < tokens; token++) {
      for (int group = 0; group < GROUPS_AT_ONCE; group++) {
        asm.emit(VMOVUPS, result(group, token), Mem.at(AT, 64 * group));
      }
      next(asm, token);
    }
    asm.jmp(ready);
    asm.bind(fresh);
    for (int token = 0; token < tokens; token++) {
      for (int group = 0; group < GROUPS_AT_ONCE; group++) {
        Vec result = result(group, token);
        asm.emit(VPXORD, result, result, result);
      }
    }
    asm.bind(ready);
  }

  private void store(Assembler asm) {
    asm.mov(AT, OUT);
    for (int token = 0; token < tokens; token++) {
      for (int group = 0; group < GROUPS_AT_ONCE; group++) {
        asm.emit(VMOVUPS_STORE, Mem.at(AT, 64 * group), result(group, token));
      }
      next(asm, token);
    }
    asm.add(OUT, 64 * GROUPS_AT_ONCE);
  }

  private void next(Assembler asm, int token) {
    if (token + 1 < tokens) {
      asm.add(AT, OUT_STRIDE);
    }
  }
}
