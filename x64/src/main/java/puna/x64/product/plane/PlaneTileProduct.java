package puna.x64.product.plane;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Alu;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Tile;
import puna.x64.asm.Vec;
import puna.x64.code.Emitter;
import puna.x64.pack.PackedLayout;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;
import puna.x64.panel.PlaneTiles;
import puna.x64.panel.TokenPlanes;
import puna.x64.panel.TokenPlanes.Planes;
import puna.x64.product.RowGroups;
import puna.x64.product.UnitUnpacker;
import puna.x64.product.UnitUnpacker.Columns;
import puna.x64.product.UnitUnpacker.Order;
import puna.x64.product.UnitUnpacker512;
import puna.x64.tile.TileBlocks;
import puna.x64.tile.Tiles;
import puna.x64.tile.Tiles.Rows;

/// Rows of a packed matrix times 16 tokens in two planes of bytes, in tiles of integers: what
/// `PlaneProduct512` computes, to the last bit.
///
/// ```
/// configure
/// row group    16 rows, one a lane
///   unpack       the first piece
///   piece        columns that share a scale: a unit of 32, or half of one
///     unpack       quads of the next piece, less their offset, to the other right-hand tile
///     store        the two tiles of sums of the piece before
///     multiply     by both planes of the tokens: two tiles of sums
///     finish       the sums of the piece before, while these are computed:
///                  128·hi + lo → float, × scales, to 16 vectors of results
///   store, finish the last piece's
///   store        one vector of 16 results a token
/// release
/// ```
///
/// Tiles come from and go to memory, and what is read there must have left the processor's order of
/// instructions. So nothing is read right after it was written: what is unpacked is multiplied a
/// piece later, and sums are stored when the next numbers are unpacked.
public final class PlaneTileProduct implements Emitter, Columns {
  /// Bytes of working memory: two right-hand tiles, and two tiles of sums.
  static final int WORK_BYTES = 4 * Tiles.BYTES;

  private static final int SLOT_BYTES = Tiles.BYTES; // of a right-hand tile
  private static final int HIGH_SUMS = 2 * Tiles.BYTES;
  private static final int LOW_SUMS = 3 * Tiles.BYTES;
  private static final int VECTOR = 64;
  private static final int QUADS = PackedLayout.UNIT / 4;

  // R13 and RDI belong to RowGroups, R11 is free: groups are counted in memory
  private static final Gp X = Gp.RSI;
  private static final Gp WORK = Gp.RBX;
  private static final Gp TOKEN_STRIDE = Gp.R8;
  private static final Gp AHEAD = Gp.R9;
  private static final Gp UNITS = Gp.R10;
  private static final Gp PENDING = Gp.R11; // the scalars of the piece that is to be finished
  private static final Gp SCRATCH = Gp.R12;
  private static final Gp INNER = Gp.R14;
  private static final Gp RESULT = UnitUnpacker.FIRST; // when a group is done

  private static final Tile HIGH = TileBlocks.sum(0, 0);
  private static final Tile LOW = TileBlocks.sum(0, 1);
  private static final Tile HIGH_X = TileBlocks.a(0);
  private static final Tile LOW_X = TileBlocks.a(1);
  private static final Tile WEIGHTS = TileBlocks.b(0);

  // vectors: 0..15 results, 16..22 sums on their way
  private static final int FIRST_SUM = 16;
  private static final int SUMS = 7;
  private static final Vec OFFSET = Vec.zmm(23);

  private final PackedType type;
  private final Planes planes;
  private final Tiles tiles;
  private final UnitUnpacker512 unit;
  private final Scales scales;
  private final int columns;

  /// @param planes how many planes of the activations are read
  public PlaneTileProduct(PackedType type, Planes planes, Tiles tiles) {
    this.type = type;
    this.planes = planes;
    this.tiles = tiles;
    this.unit = new UnitUnpacker512(type, Order.GROUPS, AHEAD);
    this.scales = type.scales();
    this.columns = scales.hasHalves() ? PackedLayout.UNIT / 2 : PackedLayout.UNIT;
  }

  @Override
  public String name() {
    return "product-" + type + "-tile-" + tiles.name();
  }

  @Override
  public void emit(Assembler asm) {
    asm.mov(RowGroups.GROUP, RowGroups.field("weights"));
    asm.mov(WORK, RowGroups.field("images"));
    asm.add(WORK, Tiles.COUNT * Tiles.BYTES); // behind what emulated tiles need
    asm.mov(TOKEN_STRIDE, PlaneTiles.ROW_BYTES);
    tiles.configureBytes(asm, RowGroups.field("images"), columns);
    unit.constants(asm, INNER);
    if (type.offsetShift() != PackedType.NO_OFFSET) {
      asm.mov(INNER, type.offset() * 0x01010101L);
      asm.broadcast32(OFFSET, INNER);
    }
    Label group = new Label();
    Label end = new Label();
    countGroup(asm, end);
    asm.align(32);
    asm.bind(group);
    group(asm);
    countGroup(asm, end);
    asm.jmp(group);
    asm.bind(end);
    tiles.release(asm);
  }

  /// Takes one off the groups left, or leaves when there is none.
  private static void countGroup(Assembler asm, Label end) {
    Mem groups = RowGroups.field("groups");
    asm.mov(INNER, groups);
    asm.sub(INNER, 1);
    asm.jump(Condition.LESS, end);
    asm.mov(groups, INNER);
  }

  private void group(Assembler asm) {
    unit.begin(asm);
    RowGroups.advance(asm, UNITS);
    asm.mov(X, RowGroups.field("x"));
    asm.lea(PENDING, Mem.at(X, PlaneTiles.SCALARS));
    for (int token = 0; token < Tiles.ROWS; token++) {
      zero(asm, result(token));
    }
    // what is finished first comes from nowhere, and counts for nothing
    zero(asm, UnitUnpacker512.SCALES);
    zero(asm, UnitUnpacker512.MINIMUMS);
    tiles.zero(asm, HIGH);
    tiles.zero(asm, LOW);
    asm.mov(SCRATCH, 0);
    asm.mov(RowGroups.field("slot"), SCRATCH);
    unpack(asm, 0);
    unit.forEachUnit(asm, UNITS, INNER, this, () -> asm.add(X, PlaneTiles.UNIT_BYTES));
    storeSums(asm);
    finish(asm, 1);
    store(asm);
  }

  private static void zero(Assembler asm, Vec vector) {
    asm.emit(VPXORD, vector, vector, vector);
  }

  @Override
  public void before(Assembler asm, int half, int first, int end) {
    asm.mov(SCRATCH, RowGroups.field("slot"));
    asm.alu(Alu.XOR, SCRATCH, SLOT_BYTES);
    if (end < QUADS) {
      unpack(asm, end);
    } else {
      unit.next(asm, UNITS, INNER, () -> unpack(asm, 0));
    }
    storeSums(asm);
    multiply(asm, half * columns);
    finish(asm, 1 - half);
  }

  /// Takes the quads of a piece from `first` on to the right-hand tile of the slot in `SCRATCH`.
  private void unpack(Assembler asm, int first) {
    for (int quad = 0; quad < columns / 4; quad++) {
      unit.unpack(asm, first + quad);
      Vec weights = UnitUnpacker512.WEIGHTS;
      if (type.offsetShift() != PackedType.NO_OFFSET) {
        asm.emit(VPSUBB, weights, weights, OFFSET);
      }
      asm.emit(VMOVDQU32_STORE, Mem.at(WORK, SCRATCH, 1, VECTOR * quad), weights);
    }
  }

  private void storeSums(Assembler asm) {
    tiles.store(asm, WORK, HIGH_SUMS, HIGH);
    if (planes == Planes.TWO) {
      tiles.store(asm, WORK, LOW_SUMS, LOW);
    }
  }

  /// Multiplies the right-hand tile that was unpacked before the one in the slot of `SCRATCH`,
  /// which is the next.
  ///
  /// @param at bytes from a token's unit to the piece's columns
  private void multiply(Assembler asm, int at) {
    asm.mov(RowGroups.field("slot"), SCRATCH);
    asm.alu(Alu.XOR, SCRATCH, SLOT_BYTES);
    asm.add(SCRATCH, WORK);
    tiles.load(asm, WEIGHTS, SCRATCH, 0);
    multiply(asm, HIGH, HIGH_X, at);
    if (planes == Planes.TWO) {
      multiply(asm, LOW, LOW_X, PlaneTiles.LOW + at);
    }
  }

  private void multiply(Assembler asm, Tile sums, Tile x, int at) {
    tiles.load(asm, x, new Rows(X, at, TOKEN_STRIDE, SCRATCH));
    tiles.zero(asm, sums);
    tiles.multiplyBytes(asm, sums, x, WEIGHTS, columns);
  }

  @Override
  public void emit(Assembler asm, int half, int first, int end) {
    asm.lea(PENDING, Mem.at(X, PlaneTiles.SCALARS));
  }

  /// Adds the stored sums, times their scales, to the results.
  ///
  /// @param half of the unit, which they are of
  private void finish(Assembler asm, int half) {
    for (int token = 0; token < Tiles.ROWS; token++) {
      Vec sum = Vec.zmm(FIRST_SUM + token % SUMS);
      asm.emit(VPSLLD, sum, Mem.at(WORK, HIGH_SUMS + VECTOR * token), TokenPlanes.PLANE_SHIFT);
      if (planes == Planes.TWO) {
        asm.emit(VPADDD, sum, sum, Mem.at(WORK, LOW_SUMS + VECTOR * token));
      }
      asm.emit(VCVTDQ2PS, sum, sum);
      asm.emit(VMULPS, sum, sum, scalar(PlaneTiles.SCALE, token));
      asm.emit(VFMADD231PS, result(token), sum, UnitUnpacker512.SCALES);
      if (scales.hasMinimum()) {
        Mem scaledSum =
            scalar(scales.hasHalves() ? PlaneTiles.FIRST_SUM + half : PlaneTiles.SUM, token);
        asm.emit(
            scales == Scales.HALF_AND_MINIMUM ? VFMADD231PS : VFNMADD231PS,
            result(token),
            UnitUnpacker512.MINIMUMS,
            scaledSum);
      }
    }
  }

  private static Mem scalar(int kind, int token) {
    return Mem.at(PENDING, kind * PlaneTiles.SCALAR_BYTES + 4 * token).broadcasting();
  }

  /// The results of the tokens that there are.
  private static void store(Assembler asm) {
    Label done = new Label();
    Mem out = RowGroups.field("out");
    asm.mov(RESULT, out);
    asm.lea(SCRATCH, Mem.at(RESULT, VECTOR));
    asm.mov(out, SCRATCH);
    asm.mov(INNER, RowGroups.field("tokens"));
    for (int token = 0; token < Tiles.ROWS; token++) {
      asm.emit(VMOVUPS_STORE, Mem.at(RESULT), result(token));
      asm.add(RESULT, RowGroups.field("outStride"));
      asm.sub(INNER, 1);
      asm.jump(Condition.EQUAL, done);
    }
    asm.bind(done);
  }

  private static Vec result(int token) {
    return Vec.zmm(token);
  }
}
