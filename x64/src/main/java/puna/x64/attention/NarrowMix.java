package puna.x64.attention;

import static puna.x64.attention.NarrowAttention.POSITIONS;
import static puna.x64.attention.NarrowAttention.SCORES;
import static puna.x64.attention.NarrowAttention.STATE;
import static puna.x64.attention.NarrowAttention.TILE_TABLE;
import static puna.x64.attention.NarrowAttention.VECTOR_BYTES;
import static puna.x64.attention.NarrowLayout.GROUP;
import static puna.x64.attention.NarrowLayout.QUERIES;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.asm.VectorOp;
import puna.x64.row.Lanes;

/// Adds a tile's values, weighted, to the outputs of four queries, some pieces of the head at a
/// time, whose sums stay in registers over all positions of the tile.
final class NarrowMix {
  private static final Gp TABLE = Gp.RBX;
  private static final Gp VALUES = Gp.R11; // the pieces at hand of one position
  private static final Gp NEXT_KEYS = Gp.RBP; // of the position a tile further on
  private static final Gp WEIGHTS = Gp.R12;
  private static final Gp LEFT = Gp.R13; // positions of the tile
  private static final Gp STEPS = Gp.R14; // of the group
  private static final Gp OUTPUTS = Gp.R8; // the pieces at hand
  private static final Gp PIECES = Gp.R15; // yet to come
  private static final Gp PIECE_OFFSET = Gp.RAX; // in a value
  private static final int CACHE_LINE = 64;

  private final Lanes lanes;
  private final Assembler asm;
  private final KeyPieces pieces;

  NarrowMix(Lanes lanes, KeyPieces pieces) {
    this.lanes = lanes;
    this.asm = lanes.asm();
    this.pieces = pieces;
  }

  void emit() {
    asm.mov(PIECES, NarrowLayout.PIECES.operand());
    asm.mov(OUTPUTS, PIECES);
    asm.imul(OUTPUTS, OUTPUTS, QUERIES * lanes.bytes());
    asm.lea(OUTPUTS, Mem.at(OUTPUTS, STATE, 1, NarrowLayout.queries(lanes.width())));
    asm.clear(PIECE_OFFSET);
    // Registers: 4 sums a piece, a value a piece, and the weights.
    int most = lanes.isWide() ? 4 : 2;
    for (int together = most; together > 0; together /= 2) {
      int count = together;
      Label fewer = new Label();
      Label next = new Label();
      asm.bind(next);
      asm.cmp(PIECES, count);
      asm.jump(Condition.LESS, fewer);
      mixPieces(count);
      asm.sub(PIECES, count);
      asm.jmp(next);
      asm.bind(fewer);
    }
  }

  private Vec sum(int query, int piece) {
    return lanes.vec(query * 4 + piece);
  }

  private Vec value(int piece) {
    return lanes.vec(lanes.isWide() ? 16 + piece : 2 + 4 * piece);
  }

  private Vec weight(int query) {
    return lanes.vec(lanes.isWide() ? 20 + query : 3);
  }

  private void mixPieces(int count) {
    for (int query = 0; query < QUERIES; query++) {
      Mem factor = Mem.at(STATE, NarrowLayout.factor(lanes.width()) + 4 * query);
      asm.emit(VectorOp.VBROADCASTSS, weight(query), factor);
      for (int piece = 0; piece < count; piece++) {
        asm.emit(VectorOp.VMULPS, sum(query, piece), weight(query), output(query, piece));
      }
    }
    addPositions(count);
    for (int query = 0; query < QUERIES; query++) {
      for (int piece = 0; piece < count; piece++) {
        lanes.store(output(query, piece), sum(query, piece));
      }
    }
    asm.add(OUTPUTS, count * QUERIES * lanes.bytes());
    asm.add(PIECE_OFFSET, count * pieces.bytes(lanes));
  }

  private Mem output(int query, int piece) {
    return Mem.at(OUTPUTS, (piece * QUERIES + query) * lanes.bytes());
  }

  private void addPositions(int count) {
    Label nextGroup = new Label();
    Label nextPosition = new Label();
    Label done = new Label();
    asm.mov(TABLE, TILE_TABLE);
    asm.mov(WEIGHTS, SCORES);
    asm.mov(LEFT, POSITIONS);
    asm.bind(nextGroup);
    asm.mov(VALUES, Mem.at(TABLE));
    asm.add(VALUES, NarrowLayout.VALUE_DELTA.operand());
    asm.add(VALUES, PIECE_OFFSET);
    asm.mov(NEXT_KEYS, Mem.at(TABLE, 8 * NarrowLayout.TILE / GROUP));
    asm.add(NEXT_KEYS, PIECE_OFFSET);
    asm.add(TABLE, 8);
    asm.mov(STEPS, GROUP);
    asm.bind(nextPosition);
    addPosition(count);
    asm.add(VALUES, VECTOR_BYTES);
    asm.add(NEXT_KEYS, VECTOR_BYTES);
    asm.add(WEIGHTS, 4 * QUERIES);
    asm.sub(LEFT, 1);
    asm.jump(Condition.EQUAL, done);
    asm.sub(STEPS, 1);
    asm.jump(Condition.NOT_EQUAL, nextPosition);
    asm.jmp(nextGroup);
    asm.bind(done);
  }

  private void addPosition(int count) {
    for (int piece = 0; piece < count; piece++) {
      Mem source = Mem.at(VALUES, piece * pieces.bytes(lanes));
      pieces.load(lanes, value(piece), source);
    }
    for (int line = 0; line < count * pieces.bytes(lanes); line += CACHE_LINE) {
      asm.prefetch(Hint.ALL_LEVELS, Mem.at(NEXT_KEYS, line));
    }
    for (int query = 0; query < QUERIES; query++) {
      asm.emit(VectorOp.VBROADCASTSS, weight(query), Mem.at(WEIGHTS, 4 * query));
      for (int piece = 0; piece < count; piece++) {
        asm.emit(VectorOp.VFMADD231PS, sum(query, piece), value(piece), weight(query));
      }
    }
  }
}
