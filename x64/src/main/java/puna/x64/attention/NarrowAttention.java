package puna.x64.attention;

import static puna.x64.attention.NarrowLayout.QUERIES;
import static puna.x64.attention.NarrowLayout.TILE;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.code.Emitter;
import puna.x64.row.Lanes;

/// Attention of one token: all query heads of a KV head against one read of its keys and values.
///
/// Lanes are elements of a head. Positions are taken in tiles; of each tile, first all scores, then
/// their weights by the running maximum (arXiv 2205.14135), then the sum of values. What a token
/// gets depends on its own positions only.
final class NarrowAttention implements Emitter {
  static final Gp TILE_TABLE = Gp.RSI; // the tile's first entry
  static final Gp SCORES = Gp.RDX;
  static final Gp VECTOR_BYTES = Gp.RCX;
  static final Gp STATE = Gp.R9; // of the four queries at hand
  static final Gp POSITIONS = Gp.R10; // of the tile

  private final String name;
  private final Lanes.Width width;
  private final KeyPieces pieces;

  /// @param pieces how keys and values are stored
  NarrowAttention(String name, Lanes.Width width, KeyPieces pieces) {
    this.name = name;
    this.width = width;
    this.pieces = pieces;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void emit(Assembler asm) {
    Lanes lanes = new Lanes(asm, width);
    asm.mov(SCORES, NarrowLayout.SCORES.operand());
    asm.mov(VECTOR_BYTES, NarrowLayout.VECTOR_BYTES.operand());
    begin(lanes);
    Label nextTile = new Label();
    asm.mov(TILE_TABLE, NarrowLayout.TABLE.operand());
    asm.bind(nextTile);
    asm.mov(POSITIONS, NarrowLayout.POSITIONS.operand());
    asm.mov(Gp.RAX, TILE);
    asm.cmp(POSITIONS, Gp.RAX);
    asm.cmov(Condition.GREATER, POSITIONS, Gp.RAX);
    forEachQuad(
        lanes,
        () -> {
          new NarrowScores(lanes, pieces).emit();
          new NarrowSoftmax(lanes).emit();
          new NarrowMix(lanes, pieces).emit();
        });
    asm.clear(Gp.RAX);
    asm.mov(NarrowLayout.HIDDEN.operand(), Gp.RAX);
    asm.add(TILE_TABLE, 8 * TILE / NarrowLayout.GROUP);
    asm.mov(Gp.RAX, NarrowLayout.POSITIONS.operand());
    asm.sub(Gp.RAX, TILE);
    asm.mov(NarrowLayout.POSITIONS.operand(), Gp.RAX);
    asm.jump(Condition.GREATER, nextTile);
    end(lanes);
  }

  /// Runs `body` for each four queries, with their state in `STATE`. The stack holds the count.
  private void forEachQuad(Lanes lanes, Runnable body) {
    Assembler asm = lanes.asm();
    Label next = new Label();
    asm.mov(STATE, NarrowLayout.STATE.operand());
    asm.mov(Gp.RAX, NarrowLayout.QUADS.operand());
    asm.bind(next);
    asm.push(Gp.RAX);
    body.run();
    // behind the state: twice the queries, which are 4 vectors a piece
    asm.mov(Gp.RAX, NarrowLayout.PIECES.operand());
    asm.imul(Gp.RAX, Gp.RAX, 2 * QUERIES * lanes.bytes());
    asm.add(STATE, Gp.RAX);
    asm.add(STATE, NarrowLayout.queries(width));
    asm.pop(Gp.RAX);
    asm.sub(Gp.RAX, 1);
    asm.jump(Condition.NOT_EQUAL, next);
  }

  /// Scales and lays out the queries and clears the sums.
  private void begin(Lanes lanes) {
    Assembler asm = lanes.asm();
    Gp query = Gp.RSI;
    Gp heads = Gp.R8;
    Gp to = Gp.RBX;
    Gp count = Gp.RBP;
    Vec scale = lanes.vec(0);
    Vec zero = lanes.vec(1);
    Vec value = lanes.vec(2);
    asm.mov(query, NarrowLayout.QUERY.operand());
    asm.mov(heads, NarrowLayout.HEADS.operand());
    asm.emit(VectorOp.VBROADCASTSS, scale, NarrowLayout.SCALE.operand());
    lanes.zero(zero);
    forEachQuad(
        lanes,
        () -> {
          lanes.splat(value, NarrowSoftmax.LOWEST);
          lanes.store(Mem.at(STATE, NarrowLayout.maximum()), value);
          lanes.store(Mem.at(STATE, NarrowLayout.sum(width)), zero);
          for (int member = 0; member < QUERIES; member++) {
            Label absent = new Label();
            Label done = new Label();
            asm.lea(to, Mem.at(STATE, NarrowLayout.queries(width) + member * lanes.bytes()));
            asm.mov(count, NarrowLayout.PIECES.operand());
            asm.cmp(heads, member);
            asm.jump(Condition.LESS_OR_EQUAL, absent);
            lanes.repeat(
                count,
                () -> {
                  asm.emit(VectorOp.VMULPS, value, scale, Mem.at(query));
                  lanes.store(Mem.at(to), value);
                  asm.add(query, lanes.bytes());
                  asm.add(to, QUERIES * lanes.bytes());
                });
            asm.jmp(done);
            asm.bind(absent);
            fill(lanes, to, count, zero);
            asm.bind(done);
          }
          outputs(lanes, to, 0);
          asm.mov(count, NarrowLayout.PIECES.operand());
          asm.shl(count, 2);
          lanes.repeat(
              count,
              () -> {
                lanes.store(Mem.at(to), zero);
                asm.add(to, lanes.bytes());
              });
          asm.sub(heads, QUERIES);
        });
  }

  private static void fill(Lanes lanes, Gp to, Gp count, Vec value) {
    lanes.repeat(
        count,
        () -> {
          lanes.store(Mem.at(to), value);
          lanes.asm().add(to, QUERIES * lanes.bytes());
        });
  }

  /// Divides by the sums of weights and writes the results.
  private void end(Lanes lanes) {
    Assembler asm = lanes.asm();
    Gp out = Gp.RSI;
    Gp heads = Gp.R8;
    Gp from = Gp.RBX;
    Gp count = Gp.RBP;
    Vec sum = lanes.vec(0);
    Vec inverse = lanes.vec(1);
    asm.mov(out, NarrowLayout.OUT.operand());
    asm.mov(heads, NarrowLayout.HEADS.operand());
    forEachQuad(
        lanes,
        () -> {
          lanes.load(sum, Mem.at(STATE, NarrowLayout.sum(width)));
          lanes.combineParts(VectorOp.VADDPS, sum, inverse);
          lanes.splat(inverse, 1f);
          asm.emit(VectorOp.VDIVPS, inverse, inverse, sum);
          lanes.store(Mem.at(STATE, NarrowLayout.factor(width)), inverse);
          for (int member = 0; member < QUERIES; member++) {
            Label absent = new Label();
            asm.cmp(heads, member);
            asm.jump(Condition.LESS_OR_EQUAL, absent);
            Mem factor = Mem.at(STATE, NarrowLayout.factor(width) + 4 * member);
            asm.emit(VectorOp.VBROADCASTSS, inverse, factor);
            outputs(lanes, from, member);
            asm.mov(count, NarrowLayout.PIECES.operand());
            lanes.repeat(
                count,
                () -> {
                  asm.emit(VectorOp.VMULPS, sum, inverse, Mem.at(from));
                  lanes.store(Mem.at(out), sum);
                  asm.add(out, lanes.bytes());
                  asm.add(from, QUERIES * lanes.bytes());
                });
            asm.bind(absent);
          }
          asm.sub(heads, QUERIES);
        });
  }

  /// The first piece of a query's output. Changes RAX.
  private void outputs(Lanes lanes, Gp target, int member) {
    Assembler asm = lanes.asm();
    asm.mov(Gp.RAX, NarrowLayout.PIECES.operand());
    asm.imul(Gp.RAX, Gp.RAX, QUERIES * lanes.bytes());
    int offset = NarrowLayout.queries(width) + member * lanes.bytes();
    asm.lea(target, Mem.at(STATE, Gp.RAX, 1, offset));
  }
}
