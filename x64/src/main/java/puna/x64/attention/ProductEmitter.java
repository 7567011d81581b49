package puna.x64.attention;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Operand;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.row.Lanes;

/// `C[r][lanes] ← C[r][lanes] · factor[lanes] + Σ_k A[r][k] · B[k][lanes]`, where each `A[r][k]` is
/// one number for all lanes.
///
/// Lanes are a few vectors; some rows of them stay in registers while `k` runs. `A` is read by
/// strides, so that it may be any matrix or its transpose. With bf16, `A[r][k]` and `B[k][lane]`
/// are pairs of numbers.
public final class ProductEmitter implements Emitter {
  private static final ArgumentLayout LAYOUT =
      ArgumentLayout.of(
          "a",
          "rowStride",
          "depthStride",
          "b",
          "c",
          "rowBlocks",
          "depth",
          "factor",
          "prefetch",
          "lines");
  static final long A = LAYOUT.offset("a");
  static final long ROW_STRIDE = LAYOUT.offset("rowStride"); // bytes from A[r] to A[r + 1]
  static final long DEPTH_STRIDE = LAYOUT.offset("depthStride"); // bytes from k to k + 1
  static final long B = LAYOUT.offset("b");
  static final long C = LAYOUT.offset("c");
  static final long ROW_BLOCKS = LAYOUT.offset("rowBlocks"); // of `rows` rows each, at least one
  static final long DEPTH = LAYOUT.offset("depth");
  static final long FACTOR = LAYOUT.offset("factor"); // 0: what C held does not count

  static final long PREFETCH = LAYOUT.offset("prefetch"); // what is wanted soon
  static final long LINES = LAYOUT.offset("lines"); // of it, a block of rows

  private static final Gp ROWS = Gp.RSI; // of A, at hand
  private static final Gp STRIDE = Gp.RDX;
  private static final Gp STRIDE_3 = Gp.R13;
  private static final Gp STEP = Gp.RCX;
  private static final Gp SUMS = Gp.R9; // in C
  private static final Gp BLOCKS = Gp.R10;
  private static final Gp LOW_ROWS = Gp.RBX;
  private static final Gp HIGH_ROWS = Gp.RBP;
  private static final Gp LANES = Gp.RAX; // of B, at k
  private static final Gp LEFT = Gp.R14; // of the depth
  private static final Gp FACTORS = Gp.R12;
  private static final Gp SOON = Gp.R15;
  private static final int CACHE_LINE = 64;

  private final Lanes.Width width;
  private final Numbers numbers;
  private final int vectors;

  /// What is multiplied.
  public enum Numbers {
    /// Float32.
    FLOATS(VectorOp.VFMADD231PS, 4),
    /// Two bf16, whose products are added.
    PAIRS(VectorOp.VDPBF16PS, 2);

    private final VectorOp op;
    private final int bytes;

    Numbers(VectorOp op, int bytes) {
      this.op = op;
      this.bytes = bytes;
    }

    /// Bytes of one number.
    int bytes() {
      return bytes;
    }
  }

  /// @param vectors of lanes, at most `mostVectors`
  ProductEmitter(Lanes.Width width, Numbers numbers, int vectors) {
    this.width = width;
    this.numbers = numbers;
    this.vectors = vectors;
  }

  /// Vectors of lanes that one product can have.
  static int mostVectors(Lanes.Width width) {
    return width == Lanes.Width.ZMM ? 4 : 2;
  }

  /// Rows that go together: as many sums as hide the latency of two multipliers.
  static int rows(Lanes.Width width, int vectors) {
    return vectors == mostVectors(width) ? 4 : 8;
  }

  static String name(Numbers numbers, int vectors) {
    return "product" + numbers + vectors;
  }

  @Override
  public String name() {
    return name(numbers, vectors);
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    int rows = rows(width, vectors);
    Label nextBlock = new Label();
    asm.mov(ROWS, argument(A));
    asm.mov(STRIDE, argument(ROW_STRIDE));
    asm.lea(STRIDE_3, Mem.at(STRIDE, STRIDE, 2));
    asm.mov(STEP, argument(DEPTH_STRIDE));
    asm.mov(SUMS, argument(C));
    asm.mov(BLOCKS, argument(ROW_BLOCKS));
    asm.mov(FACTORS, argument(FACTOR));
    asm.mov(SOON, argument(PREFETCH));
    asm.bind(nextBlock);
    asm.mov(LEFT, argument(LINES));
    lanes.repeat(
        LEFT,
        () -> {
          asm.prefetch(Assembler.Hint.ALL_LEVELS, Mem.at(SOON));
          asm.add(SOON, CACHE_LINE);
        });
    begin(lanes, rows);
    asm.mov(LOW_ROWS, ROWS);
    asm.lea(HIGH_ROWS, Mem.at(ROWS, STRIDE, 4));
    asm.mov(LANES, argument(B));
    asm.mov(LEFT, argument(DEPTH));
    lanes.repeat(LEFT, () -> step(lanes, rows));
    for (int i = 0; i < rows * vectors; i++) {
      lanes.store(Mem.at(SUMS, i * lanes.bytes()), lanes.vec(i));
    }
    asm.add(SUMS, rows * vectors * lanes.bytes());
    asm.lea(ROWS, Mem.at(ROWS, STRIDE, 4));
    if (rows == 8) {
      asm.lea(ROWS, Mem.at(ROWS, STRIDE, 4));
    }
    asm.sub(BLOCKS, 1);
    asm.jump(Condition.NOT_EQUAL, nextBlock);
  }

  private void begin(Lanes lanes, int rows) {
    Assembler asm = lanes.asm();
    Label fresh = new Label();
    Label done = new Label();
    asm.test(FACTORS, FACTORS);
    asm.jump(Condition.EQUAL, fresh);
    for (int v = 0; v < vectors; v++) {
      lanes.load(lane(lanes, rows, v), Mem.at(FACTORS, v * lanes.bytes()));
    }
    for (int i = 0; i < rows * vectors; i++) {
      Vec factor = lane(lanes, rows, i % vectors);
      asm.emit(VectorOp.VMULPS, lanes.vec(i), factor, Mem.at(SUMS, i * lanes.bytes()));
    }
    asm.jmp(done);
    asm.bind(fresh);
    for (int i = 0; i < rows * vectors; i++) {
      lanes.zero(lanes.vec(i));
    }
    asm.bind(done);
  }

  private void step(Lanes lanes, int rows) {
    Assembler asm = lanes.asm();
    Vec number = lanes.vec(rows * vectors + vectors);
    for (int v = 0; v < vectors; v++) {
      lanes.load(lane(lanes, rows, v), Mem.at(LANES, v * lanes.bytes()));
    }
    for (int row = 0; row < rows; row++) {
      Operand factor = number;
      if (vectors == 1 && lanes.isWide()) {
        factor = row(row).broadcasting();
      } else {
        asm.emit(VectorOp.VBROADCASTSS, number, row(row));
      }
      for (int v = 0; v < vectors; v++) {
        asm.emit(numbers.op, lanes.vec(row * vectors + v), lane(lanes, rows, v), factor);
      }
    }
    asm.add(LOW_ROWS, STEP);
    if (rows == 8) {
      asm.add(HIGH_ROWS, STEP);
    }
    asm.add(LANES, vectors * lanes.bytes());
  }

  private Vec lane(Lanes lanes, int rows, int vector) {
    return lanes.vec(rows * vectors + vector);
  }

  private static Mem row(int row) {
    Gp base = row < 4 ? LOW_ROWS : HIGH_ROWS;
    return switch (row % 4) {
      case 0 -> Mem.at(base);
      case 1 -> Mem.at(base, STRIDE, 1);
      case 2 -> Mem.at(base, STRIDE, 2);
      default -> Mem.at(base, STRIDE_3, 1);
    };
  }

  private static Mem argument(long offset) {
    return Mem.at(Gp.RDI, Math.toIntExact(offset));
  }
}
