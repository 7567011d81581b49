package puna.x64.attention;

import static puna.x64.attention.NarrowAttention.POSITIONS;
import static puna.x64.attention.NarrowAttention.SCORES;
import static puna.x64.attention.NarrowAttention.STATE;
import static puna.x64.attention.NarrowAttention.TILE_TABLE;
import static puna.x64.attention.NarrowAttention.VECTOR_BYTES;
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

/// The scores of a tile: `key · query` of a few positions and four queries at once, one vector of
/// partial sums each, as many as a vector has lanes. They are then added up to one vector: in each
/// 128-bit part the four queries, and a position a part.
final class NarrowScores {
  private static final Gp TABLE = Gp.RBX;
  private static final Gp KEYS = Gp.R11; // of the positions at hand
  private static final Gp KEY_PIECE = Gp.RBP;
  private static final Gp QUERY_PIECE = Gp.RAX;
  private static final Gp PIECES = Gp.R15; // yet to come
  private static final Gp TRIPLE_BYTES = Gp.R8;
  private static final Gp TO = Gp.R12;
  private static final Gp LEFT = Gp.R13; // positions of the tile
  private static final Gp STEPS = Gp.R14; // of the group
  private static final int LOW_PARTS = 0x88;
  private static final int HIGH_PARTS = 0xDD;

  private final Lanes lanes;
  private final Assembler asm;
  private final KeyPieces pieces;
  private final int together; // positions

  NarrowScores(Lanes lanes, KeyPieces pieces) {
    this.lanes = lanes;
    this.asm = lanes.asm();
    this.pieces = pieces;
    this.together = lanes.count() / QUERIES;
  }

  void emit() {
    Label nextGroup = new Label();
    Label nextPositions = new Label();
    Label done = new Label();
    asm.mov(TABLE, TILE_TABLE);
    asm.mov(TO, SCORES);
    asm.mov(LEFT, POSITIONS);
    asm.lea(TRIPLE_BYTES, Mem.at(VECTOR_BYTES, VECTOR_BYTES, 2));
    asm.bind(nextGroup);
    asm.mov(KEYS, Mem.at(TABLE));
    asm.add(TABLE, 8);
    asm.mov(STEPS, NarrowLayout.GROUP / together);
    asm.bind(nextPositions);
    multiply();
    reduce();
    lanes.store(Mem.at(TO), accumulator(0, 0));
    asm.add(TO, lanes.bytes());
    asm.lea(KEYS, Mem.at(KEYS, VECTOR_BYTES, together));
    asm.sub(LEFT, together);
    asm.jump(Condition.LESS_OR_EQUAL, done);
    asm.sub(STEPS, 1);
    asm.jump(Condition.NOT_EQUAL, nextPositions);
    asm.jmp(nextGroup);
    asm.bind(done);
    hide();
  }

  private Vec accumulator(int position, int query) {
    return lanes.vec(position * QUERIES + query);
  }

  private Vec key(int position) {
    return lanes.vec(together * QUERIES + position);
  }

  private Vec query() {
    return lanes.vec(together * QUERIES + together);
  }

  private void multiply() {
    for (int i = 0; i < together * QUERIES; i++) {
      lanes.zero(lanes.vec(i));
    }
    asm.mov(KEY_PIECE, KEYS);
    asm.mov(PIECES, NarrowLayout.PIECES.operand());
    asm.lea(QUERY_PIECE, Mem.at(STATE, NarrowLayout.queries(lanes.width())));
    lanes.repeat(
        PIECES,
        () -> {
          for (int position = 0; position < together; position++) {
            pieces.load(lanes, key(position), key(position, KEY_PIECE));
          }
          for (int query = 0; query < QUERIES; query++) {
            lanes.load(query(), Mem.at(QUERY_PIECE, query * lanes.bytes()));
            for (int position = 0; position < together; position++) {
              asm.emit(VectorOp.VFMADD231PS, accumulator(position, query), key(position), query());
            }
          }
          asm.add(KEY_PIECE, pieces.bytes(lanes));
          asm.add(QUERY_PIECE, QUERIES * lanes.bytes());
        });
    prefetchValues();
  }

  private static Mem key(int position, Gp base) {
    return switch (position) {
      case 0 -> Mem.at(base);
      case 1 -> Mem.at(base, VECTOR_BYTES, 1);
      case 2 -> Mem.at(base, VECTOR_BYTES, 2);
      default -> Mem.at(base, TRIPLE_BYTES, 1);
    };
  }

  /// The values of the same positions are wanted soon.
  private void prefetchValues() {
    asm.mov(KEY_PIECE, KEYS);
    asm.add(KEY_PIECE, NarrowLayout.VALUE_DELTA.operand());
    asm.lea(Gp.RAX, Mem.at(KEY_PIECE, VECTOR_BYTES, together));
    lanes.loop(
        KEY_PIECE,
        Gp.RAX,
        PIECES,
        CACHE_LINE,
        () -> asm.prefetch(Hint.ALL_LEVELS, Mem.at(KEY_PIECE)));
  }

  private static final int CACHE_LINE = 64;

  /// Adds the lanes of all accumulators up, to accumulator 0.
  private void reduce() {
    for (int position = 0; position < together; position++) {
      addPairs(
          VectorOp.VUNPCKLPS,
          VectorOp.VUNPCKHPS,
          accumulator(position, 0),
          accumulator(position, 1));
      addPairs(
          VectorOp.VUNPCKLPS,
          VectorOp.VUNPCKHPS,
          accumulator(position, 2),
          accumulator(position, 3));
      addPairs(
          VectorOp.VPUNPCKLQDQ,
          VectorOp.VPUNPCKHQDQ,
          accumulator(position, 0),
          accumulator(position, 2));
    }
    if (lanes.isWide()) {
      addParts(VectorOp.VSHUFI32X4, LOW_PARTS, HIGH_PARTS, 0, 1);
      addParts(VectorOp.VSHUFI32X4, LOW_PARTS, HIGH_PARTS, 2, 3);
      addParts(VectorOp.VSHUFI32X4, LOW_PARTS, HIGH_PARTS, 0, 2);
    } else {
      addParts(VectorOp.VPERM2I128, 0x20, 0x31, 0, 1);
    }
  }

  /// `first ← low(first, second) + high(first, second)`.
  private void addPairs(VectorOp low, VectorOp high, Vec first, Vec second) {
    Vec temporary = query();
    asm.emit(low, temporary, first, second);
    asm.emit(high, first, first, second);
    asm.emit(VectorOp.VADDPS, first, first, temporary);
  }

  private void addParts(VectorOp op, int low, int high, int firstPosition, int secondPosition) {
    Vec first = accumulator(firstPosition, 0);
    Vec second = accumulator(secondPosition, 0);
    Vec temporary = query();
    asm.emit(op, temporary, first, second, low);
    asm.emit(op, first, first, second, high);
    asm.emit(VectorOp.VADDPS, first, first, temporary);
  }

  /// Makes the scores of positions before the first one seen, and behind the last one, the lowest.
  private void hide() {
    Vec lowest = lanes.vec(0).as(128);
    lanes.splat(lowest, NarrowSoftmax.LOWEST);
    asm.mov(TO, SCORES);
    asm.mov(LEFT, NarrowLayout.HIDDEN.operand());
    lanes.repeat(LEFT, () -> hidePosition(lowest));
    // What LEFT positions are left of the last vector: none to together − 1.
    asm.mov(TO, POSITIONS);
    asm.mov(LEFT, POSITIONS);
    asm.add(LEFT, together - 1);
    asm.alu(Assembler.Alu.AND, LEFT, -together);
    asm.sub(LEFT, POSITIONS);
    asm.shl(TO, 4);
    asm.add(TO, SCORES);
    lanes.repeat(LEFT, () -> hidePosition(lowest));
  }

  private void hidePosition(Vec lowest) {
    asm.emit(VectorOp.VMOVUPS_STORE, Mem.at(TO), lowest);
    asm.add(TO, 4 * QUERIES);
  }
}
