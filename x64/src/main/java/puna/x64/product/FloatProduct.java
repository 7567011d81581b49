package puna.x64.product;

import static puna.x64.asm.VectorOp.*;

import java.util.stream.IntStream;
import puna.tensor.TensorType;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.Emitter;

/// Rows of a matrix of F32, F16, BF16 or codes of 8 bits times 1 to 8 tokens in float32 (AVX-512 or
/// AVX2).
///
/// A row group is 16 or 8 rows, one a lane: column after column, a vector of numbers each. Even and
/// odd columns have sums of their own, so that additions need not wait for each other. Codes have
/// scales: the sums of a stripe of columns are multiplied by its scales and added to totals.
public final class FloatProduct implements Emitter {
  private static final int MOST_TOKENS_256 = 4;
  private static final int UNROLLED = 4;
  private static final int PREFETCH_AHEAD = 2048;

  private static final byte[] E4M3_AS_F16 = repeated((byte) 0x80, (byte) 0xBF);

  // R11, R13 and RDI belong to RowGroups
  private static final Gp X = Gp.RSI; // tokens 0..3
  private static final Gp X4 = Gp.RBX; // tokens 4..7
  private static final Gp X_STRIDE = Gp.R8;
  private static final Gp X_STRIDE3 = Gp.R9;
  private static final Gp WEIGHTS = Gp.RAX;
  private static final Gp COLUMNS = Gp.R10;
  private static final Gp OUT = Gp.R12;
  private static final Gp REMAINING = Gp.R14; // columns from this stripe on
  private static final Gp SCALES = Gp.RDX; // of this stripe

  private final TensorType type;
  private final int lanes;
  private final int tokens;
  private final int columnBytes;
  private final boolean isCode;

  /// @param lanes 16 for AVX-512, 8 for AVX2
  /// @param tokens 1 to 8, at most 4 with AVX2
  public FloatProduct(TensorType type, int lanes, int tokens) {
    this.type = type;
    this.lanes = lanes;
    this.tokens = tokens;
    this.columnBytes = lanes * type.blockBytes();
    this.isCode = type.blockBytes() == 1;
  }

  @Override
  public String name() {
    return "product-" + type + "-" + tokens;
  }

  @Override
  public void emit(Assembler asm) {
    RowGroups.begin(asm, OUT);
    asm.mov(X_STRIDE, RowGroups.field("xStride"));
    asm.lea(X_STRIDE3, Mem.at(X_STRIDE, X_STRIDE, 2));
    if (type == TensorType.F8_E4M3) {
      asm.emit(VMOVDQU, halfBits(), asm.constant(E4M3_AS_F16));
    }
    RowGroups.forEach(asm, () -> group(asm));
  }

  private void group(Assembler asm) {
    beginGroup(asm);
    if (isCode) {
      stripes(asm);
    } else {
      sumColumns(asm);
    }
    store(asm);
  }

  private void beginGroup(Assembler asm) {
    asm.mov(WEIGHTS, RowGroups.GROUP);
    RowGroups.advance(asm, COLUMNS);
    asm.mov(X, RowGroups.field("x"));
    if (tokens > 4) {
      asm.lea(X4, Mem.at(X, X_STRIDE, 4));
    }
  }

  private void stripes(Assembler asm) {
    Label stripe = new Label();
    asm.mov(REMAINING, COLUMNS);
    asm.mov(SCALES, RowGroups.field("scales"));
    for (int token = 0; token < tokens; token++) {
      clear(asm, total(token));
    }
    asm.bind(stripe);
    asm.mov(COLUMNS, RowGroups.field("stripeColumns"));
    asm.cmp(COLUMNS, REMAINING);
    asm.cmov(Condition.GREATER, COLUMNS, REMAINING);
    asm.sub(REMAINING, COLUMNS);
    sumColumns(asm);
    for (int token = 0; token < tokens; token++) {
      asm.emit(VFMADD231PS, total(token), sum(token, 0), Mem.at(SCALES));
    }
    asm.add(SCALES, 4 * lanes);
    asm.test(REMAINING, REMAINING);
    asm.jump(Condition.NOT_EQUAL, stripe);
  }

  private void sumColumns(Assembler asm) {
    for (int token = 0; token < tokens; token++) {
      clear(asm, sum(token, 0));
      clear(asm, sum(token, 1));
    }
    columns(asm);
    for (int token = 0; token < tokens; token++) {
      asm.emit(VADDPS, sum(token, 0), sum(token, 0), sum(token, 1));
    }
  }

  private static void clear(Assembler asm, Vec vector) {
    asm.emit(VXORPS, vector, vector, vector);
  }

  private void columns(Assembler asm) {
    Label many = new Label();
    Label few = new Label();
    Label one = new Label();
    Label end = new Label();
    asm.sub(COLUMNS, UNROLLED);
    asm.jump(Condition.LESS, few);
    asm.align(32);
    asm.bind(many);
    for (int at = 0; at < UNROLLED * columnBytes; at += 64) {
      asm.prefetch(Hint.ALL_LEVELS, Mem.at(WEIGHTS, PREFETCH_AHEAD + at));
    }
    for (int column = 0; column < UNROLLED; column++) {
      column(asm, column);
    }
    advance(asm, UNROLLED);
    asm.sub(COLUMNS, UNROLLED);
    asm.jump(Condition.GREATER_OR_EQUAL, many);
    asm.bind(few);
    asm.add(COLUMNS, UNROLLED);
    asm.jump(Condition.EQUAL, end);
    asm.bind(one);
    column(asm, 0);
    advance(asm, 1);
    asm.sub(COLUMNS, 1);
    asm.jump(Condition.NOT_EQUAL, one);
    asm.bind(end);
  }

  private void load(Assembler asm, Vec numbers, Mem weights) {
    Vec halves = numbers.as(16 * lanes);
    switch (type) {
      case F32 -> asm.emit(VMOVUPS, numbers, weights);
      case F16 -> asm.emit(VCVTPH2PS, numbers, weights);
      case BF16 -> {
        asm.emit(VPMOVZXWD, numbers, weights);
        asm.emit(VPSLLD, numbers, numbers, 16);
      }
      case F8_E4M3 -> { // sign, four bits of five of the exponent, fraction: 2^-8 of the value
        asm.emit(VPMOVSXBW, halves, weights);
        asm.emit(VPSLLW, halves, halves, 7);
        asm.emit(VPAND, halves, halves, halfBits());
        asm.emit(VCVTPH2PS, numbers, halves);
      }
      case F8_E5M2 -> {
        asm.emit(VPMOVZXBW, halves, weights);
        asm.emit(VPSLLW, halves, halves, 8);
        asm.emit(VCVTPH2PS, numbers, halves);
      }
      case I8 -> {
        asm.emit(VPMOVSXBD, numbers, weights);
        asm.emit(VCVTDQ2PS, numbers, numbers);
      }
      default -> throw new IllegalStateException(type + " is no floating-point type of weights");
    }
  }

  private void column(Assembler asm, int column) {
    Vec numbers = vector(2 * MOST_TOKENS_256);
    load(asm, numbers, Mem.at(WEIGHTS, column * columnBytes));
    for (int token = 0; token < tokens; token++) {
      Mem x = x(token, 4 * column);
      if (lanes == 16) {
        asm.emit(VFMADD231PS, sum(token, column % 2), numbers, x.broadcasting());
      } else {
        Vec activation = vector(2 * MOST_TOKENS_256 + 1);
        asm.emit(VBROADCASTSS, activation, x);
        asm.emit(VFMADD231PS, sum(token, column % 2), numbers, activation);
      }
    }
  }

  private static byte[] repeated(byte low, byte high) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i += 2) {
      bytes[i] = low;
      bytes[i + 1] = high;
    }
    return bytes;
  }

  private void advance(Assembler asm, int columns) {
    asm.add(WEIGHTS, columns * columnBytes);
    asm.add(X, 4 * columns);
    if (tokens > 4) {
      asm.add(X4, 4 * columns);
    }
  }

  private void store(Assembler asm) {
    RowGroups.store(
        asm,
        OUT,
        X,
        IntStream.range(0, tokens)
            .mapToObj(token -> isCode ? total(token) : sum(token, 0))
            .toList());
  }

  private Vec sum(int token, int parity) {
    return vector(2 * token + parity + (token < MOST_TOKENS_256 ? 0 : 2));
  }

  /// Of all stripes: above the sums; with AVX2 where the sums of tokens 4..7 would be.
  private Vec total(int token) {
    return vector((lanes == 16 ? 18 : 12) + token);
  }

  /// The bits of an F16 that an F8_E4M3 code fills: in one of the two vectors that are free.
  private Vec halfBits() {
    return vector(lanes == 16 ? 9 : 10).as(16 * lanes);
  }

  private Vec vector(int number) {
    return new Vec(number, 32 * lanes, 0, Vec.Masking.MERGE);
  }

  private static Mem x(int token, int offset) {
    Gp base = token < 4 ? X : X4;
    return RowGroups.strided(base, X_STRIDE, X_STRIDE3, token % 4, offset);
  }
}
