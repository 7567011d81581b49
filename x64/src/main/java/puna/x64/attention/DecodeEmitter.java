package puna.x64.attention;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.row.Lanes;

/// Rows of keys, of values or of anything else, as products want them.
final class DecodeEmitter implements Emitter {
  private static final ArgumentLayout LAYOUT =
      ArgumentLayout.of("from", "to", "rows", "fromStride", "toStride", "pieces");
  static final long FROM = LAYOUT.offset("from");
  static final long TO = LAYOUT.offset("to"); // may be `from`, for pairs of float32
  static final long ROWS = LAYOUT.offset("rows");
  static final long FROM_STRIDE = LAYOUT.offset("fromStride"); // bytes from row to row
  static final long TO_STRIDE = LAYOUT.offset("toStride"); // the same, or from pair to pair
  static final long PIECES = LAYOUT.offset("pieces"); // vectors of a row

  private static final Gp ROW = Gp.RSI;
  private static final Gp TARGET = Gp.RDX;
  private static final Gp LEFT = Gp.RCX; // rows or pairs
  private static final Gp PIECE = Gp.R8;
  private static final Gp TARGET_PIECE = Gp.R9;
  private static final Gp PIECES_LEFT = Gp.RAX;
  private static final Gp STRIDE = Gp.R10;

  private final Lanes.Width width;
  private final KeyPieces kind;
  private final Form form;

  /// What rows become.
  enum Form {
    /// Rows of float32.
    FLOATS,
    /// Rows of bf16.
    BF16,
    /// Of each two rows, one of pairs of bf16: the first row's numbers in the low halves. An odd
    /// last row is paired with zeros.
    PAIRS
  }

  DecodeEmitter(Lanes.Width width, KeyPieces kind, Form form) {
    this.width = width;
    this.kind = kind;
    this.form = form;
  }

  static String name(KeyPieces kind, Form form) {
    return "decode" + kind + form;
  }

  @Override
  public String name() {
    return name(kind, form);
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    asm.mov(ROW, argument(FROM));
    asm.mov(TARGET, argument(TO));
    asm.mov(LEFT, argument(ROWS));
    asm.mov(STRIDE, argument(FROM_STRIDE));
    switch (form) {
      case FLOATS ->
          lanes.repeat(
              LEFT,
              () ->
                  row(
                      lanes,
                      lanes.bytes(),
                      () -> {
                        kind.load(lanes, lanes.vec(0), Mem.at(PIECE));
                        lanes.store(Mem.at(TARGET_PIECE), lanes.vec(0));
                      }));
      case BF16 ->
          lanes.repeat(
              LEFT,
              () ->
                  row(
                      lanes,
                      lanes.bytes() / 2,
                      () -> {
                        kind.load(lanes, lanes.vec(0), Mem.at(PIECE));
                        asm.emit(VectorOp.VCVTNEPS2BF16, lanes.half(0), lanes.vec(0));
                        lanes.store(Mem.at(TARGET_PIECE), lanes.half(0));
                      }));
      case PAIRS -> pairs(lanes);
    }
  }

  private void pairs(Lanes lanes) {
    Assembler asm = lanes.asm();
    Label even = new Label();
    Vec first = lanes.vec(0);
    Vec second = lanes.vec(1);
    asm.shr(LEFT, 1);
    lanes.repeat(
        LEFT,
        () -> {
          row(
              lanes,
              lanes.bytes(),
              () -> {
                kind.load(lanes, first, Mem.at(PIECE));
                kind.load(lanes, second, Mem.at(PIECE, STRIDE, 1));
                pair(lanes, first, second);
                lanes.store(Mem.at(TARGET_PIECE), first);
              });
          asm.add(ROW, STRIDE);
        });
    asm.mov(LEFT, argument(ROWS));
    asm.alu(Assembler.Alu.AND, LEFT, 1);
    asm.jump(Condition.EQUAL, even);
    row(
        lanes,
        lanes.bytes(),
        () -> {
          kind.load(lanes, first, Mem.at(PIECE));
          lanes.zero(second);
          pair(lanes, first, second);
          lanes.store(Mem.at(TARGET_PIECE), first);
        });
    asm.bind(even);
  }

  /// `first` becomes pairs of bf16 of both; `second` is changed.
  static void pair(Lanes lanes, Vec first, Vec second) {
    Assembler asm = lanes.asm();
    for (Vec vec : new Vec[] {first, second}) {
      asm.emit(VectorOp.VCVTNEPS2BF16, lanes.half(vec.number()), vec);
      asm.emit(VectorOp.VPMOVZXWD, vec, lanes.half(vec.number()));
    }
    asm.emit(VectorOp.VPSLLD, second, second, 16);
    asm.emit(VectorOp.VPORD, first, first, second);
  }

  /// Runs `piece` along a row, and goes on to the next.
  private void row(Lanes lanes, int targetBytes, Runnable piece) {
    Assembler asm = lanes.asm();
    asm.mov(PIECE, ROW);
    asm.mov(TARGET_PIECE, TARGET);
    asm.mov(PIECES_LEFT, argument(PIECES));
    lanes.repeat(
        PIECES_LEFT,
        () -> {
          piece.run();
          asm.add(PIECE, kind.bytes(lanes));
          asm.add(TARGET_PIECE, targetBytes);
        });
    asm.add(ROW, STRIDE);
    asm.add(TARGET, argument(TO_STRIDE));
  }

  private static Mem argument(long offset) {
    return Mem.at(Gp.RDI, Math.toIntExact(offset));
  }
}
