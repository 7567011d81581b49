package puna.x64.product;

import static puna.x64.asm.VectorOp.VCVTPH2PS;
import static puna.x64.asm.VectorOp.VPMOVZXBD;
import static puna.x64.asm.VectorOp.VPSRLD;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Alu;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.pack.Numbers;
import puna.x64.pack.PackedLayout;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;

/// The part of an emitter that walks along the packed units of a row group and takes them apart:
/// what vectors of every width have in common.
///
/// It owns the registers named here and the one it is given.
public abstract sealed class UnitUnpacker permits UnitUnpacker256, UnitUnpacker512 {
  public static final Gp FIRST = Gp.RAX;
  static final Gp SECOND = Gp.RCX;
  static final Gp SCALE = Gp.RDX;
  static final Gp SUPER = Gp.RBP;

  /// How far ahead of a unit's share of its row group lines are asked for, again and again: a
  /// processor that has many reads on their way drops a request like that. Measured: one request
  /// reads from memory at two thirds of the plain rate, three at nine tenths.
  private static final int[] PREFETCH_BYTES = {4096, 8192, 10240};

  final PackedType type;
  final Numbers numbers;
  final Scales scales;
  private final Vec scaleLanes;
  private final Vec minimumLanes;
  private final int lanes;
  private final PackedLayout unitSizes;
  private final Order order;
  private final Gp ahead; // what is asked for, or how far behind the unit it lies

  /// In which order units are taken apart, and so what is asked for ahead.
  public enum Order {
    /// All of a row group, then all of the next.
    GROUPS,
    /// A piece of a row group, then the same piece of the next.
    PIECES,
    /// A piece of two row groups, then the next piece of both: the same one of the next two is in
    /// time for whoever has few tokens.
    PIECES_OF_TWO
  }

  /// The vectors that scales and minima go to, a row a lane.
  record ScaleLanes(Vec scales, Vec minimums) {}

  /// @param ahead a register to keep in mind what is asked for
  UnitUnpacker(PackedType type, ScaleLanes to, Order order, Gp ahead) {
    this.type = type;
    this.scaleLanes = to.scales();
    this.minimumLanes = to.minimums();
    this.lanes = scaleLanes.bits() / Integer.SIZE;
    this.numbers = type.numbers();
    this.scales = type.scales();
    this.unitSizes = new PackedLayout(type, lanes, lanes, 256);
    this.order = order;
    this.ahead = ahead;
  }

  /// Takes what the units of a super-block share to registers, where there are enough of them.
  abstract void superScales(Assembler asm);

  /// Turns exponents `E` in the lanes of scales to `2^(E − 128)`; the two subnormal ones become
  /// zero.
  abstract void exponents(Assembler asm);

  /// Takes signed scales from byte `at` of the unit's scales, times the super-block's.
  abstract void signedScales(Assembler asm, int at);

  /// Takes the low four bits of the lanes of minima to those of scales.
  abstract void lowBits(Assembler asm);

  /// Turns the integers in both lanes to floats, times the super-block's scales.
  abstract void timesSuper(Assembler asm);

  /// The scales of all 32 columns.
  private void unitScales(Assembler asm) {
    switch (scales) {
      case HALF -> asm.emit(VCVTPH2PS, scaleLanes, Mem.at(SCALE));
      case HALF_AND_MINIMUM -> {
        asm.emit(VCVTPH2PS, scaleLanes, Mem.at(SCALE));
        asm.emit(VCVTPH2PS, minimumLanes, Mem.at(SCALE, 2 * lanes));
      }
      case EXPONENT -> {
        asm.emit(VPMOVZXBD, scaleLanes, Mem.at(SCALE));
        exponents(asm);
      }
      case SUPER -> signedScales(asm, 0);
      case SUPER_AND_MINIMUM -> {
        asm.emit(VPMOVZXBD, scaleLanes, Mem.at(SCALE));
        asm.emit(VPMOVZXBD, minimumLanes, Mem.at(SCALE, lanes));
        timesSuper(asm);
      }
      case SUPER_HALVES, SUPER_HALVES_AND_MINIMUM ->
          throw new IllegalStateException("a unit's halves have scales of their own");
    }
  }

  /// The scales of 16 columns.
  private void halfScales(Assembler asm, int half) {
    if (scales == Scales.SUPER_HALVES) {
      signedScales(asm, half * lanes);
      return;
    }
    asm.emit(VPMOVZXBD, minimumLanes, Mem.at(SCALE, half * lanes));
    lowBits(asm);
    asm.emit(VPSRLD, minimumLanes, minimumLanes, 4);
    timesSuper(asm);
  }

  /// Points at the first unit of a row group, the one at `RowGroups.GROUP`.
  public void begin(Assembler asm) {
    switch (order) {
      case GROUPS -> asm.lea(ahead, Mem.at(RowGroups.GROUP, PREFETCH_BYTES[0]));
      case PIECES -> asm.mov(ahead, RowGroups.field("groupBytes"));
      case PIECES_OF_TWO -> {
        asm.mov(ahead, RowGroups.field("groupBytes"));
        asm.add(ahead, ahead);
      }
    }
    asm.mov(FIRST, RowGroups.GROUP);
    asm.mov(SECOND, RowGroups.GROUP);
    asm.mov(SCALE, RowGroups.GROUP);
    asm.add(SECOND, RowGroups.field("secondOffset"));
    asm.add(SCALE, RowGroups.field("scaleOffset"));
    if (scales.isSuper()) {
      asm.mov(SUPER, RowGroups.GROUP);
      asm.add(SUPER, RowGroups.field("superOffset"));
    }
  }

  /// What is done with a unit whose scales are in lanes.
  public interface Columns {
    /// Quads `first … end − 1`, which share a scale a row.
    void emit(Assembler asm, int half, int first, int end);

    /// Before their scales take the place of those of the quads before.
    default void before(Assembler asm, int half, int first, int end) {}
  }

  /// Walks along a row group's units, super-block after super-block where there are such.
  ///
  /// @param units how many, counted down
  /// @param inner a register to count those of a super-block in
  /// @param after what goes on to the next unit with the emitter's own pointers
  public void forEachUnit(Assembler asm, Gp units, Gp inner, Columns columns, Runnable after) {
    if (!scales.isSuper()) {
      units(asm, units, columns, after);
      return;
    }
    Label superBlock = new Label();
    asm.shr(units, 3);
    asm.align(32);
    asm.bind(superBlock);
    superScales(asm);
    asm.mov(inner, PackedLayout.UNITS_PER_SUPER);
    units(asm, inner, columns, after);
    asm.add(SUPER, unitSizes.superBytes());
    asm.sub(units, 1);
    asm.jump(Condition.NOT_EQUAL, superBlock);
  }

  private void units(Assembler asm, Gp counter, Columns columns, Runnable after) {
    Label next = new Label();
    asm.align(32);
    asm.bind(next);
    prefetch(asm);
    if (scales.hasHalves()) {
      for (int half = 0; half < 2; half++) {
        columns.before(asm, half, 4 * half, 4 * half + 4);
        halfScales(asm, half);
        columns.emit(asm, half, 4 * half, 4 * half + 4);
      }
    } else {
      columns.before(asm, 0, 0, 8);
      unitScales(asm);
      columns.emit(asm, 0, 0, 8);
    }
    advance(asm);
    after.run();
    asm.sub(counter, 1);
    asm.jump(Condition.NOT_EQUAL, next);
  }

  /// Emits what takes apart the numbers of the unit behind the one that `forEachUnit` is at, and is
  /// left out where that is a row group's last.
  ///
  /// @param units as for `forEachUnit`
  /// @param inner as for `forEachUnit`
  public void next(Assembler asm, Gp units, Gp inner, Runnable body) {
    Label more = new Label();
    Label last = new Label();
    if (scales.isSuper()) {
      asm.alu(Alu.CMP, inner, 1);
      asm.jump(Condition.NOT_EQUAL, more);
    }
    asm.alu(Alu.CMP, units, 1);
    asm.jump(Condition.EQUAL, last);
    asm.bind(more);
    asm.add(FIRST, unitSizes.firstUnitBytes());
    asm.add(SECOND, unitSizes.secondUnitBytes());
    body.run();
    asm.sub(FIRST, unitSizes.firstUnitBytes());
    asm.sub(SECOND, unitSizes.secondUnitBytes());
    asm.bind(last);
  }

  /// Points at the next unit.
  private void advance(Assembler asm) {
    asm.add(FIRST, unitSizes.firstUnitBytes());
    if (numbers.secondBytes() > 0) {
      asm.add(SECOND, unitSizes.secondUnitBytes());
    }
    asm.add(SCALE, unitSizes.scaleUnitBytes());
    if (order == Order.GROUPS) {
      asm.add(ahead, shareBytes());
    }
  }

  /// Asks for a unit's share of what comes. Numbers and scales of a row group lie apart, but row
  /// groups follow each other: taken as a whole, each byte of them is asked for at an even pace,
  /// and in time at the beginning of a group too.
  private void prefetch(Assembler asm) {
    switch (order) {
      case GROUPS -> {
        for (int line = 0; line < shareBytes(); line += 64) {
          for (int distance : PREFETCH_BYTES) {
            int behind = distance - PREFETCH_BYTES[0] + line;
            asm.prefetch(Hint.ALL_LEVELS, Mem.at(ahead, behind));
          }
        }
      }
      case PIECES, PIECES_OF_TWO -> {
        prefetch(asm, FIRST, unitSizes.firstUnitBytes());
        prefetch(asm, SECOND, unitSizes.secondUnitBytes());
        prefetch(asm, SCALE, unitSizes.scaleUnitBytes());
      }
    }
  }

  /// Asks for the same unit's bytes of row groups behind.
  private void prefetch(Assembler asm, Gp unit, int bytes) {
    for (int line = 0; line < bytes; line += 64) {
      asm.prefetch(Hint.ALL_LEVELS, Mem.at(unit, ahead, 1, line));
    }
  }

  /// Bytes of a row group for each of its units.
  private int shareBytes() {
    return unitSizes.firstUnitBytes()
        + unitSizes.secondUnitBytes()
        + unitSizes.scaleUnitBytes()
        + Math.ceilDiv(unitSizes.superBytes(), PackedLayout.UNITS_PER_SUPER);
  }
}
