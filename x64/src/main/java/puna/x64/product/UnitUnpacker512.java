package puna.x64.product;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mask;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.pack.Numbers;
import puna.x64.pack.PackedLayout;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;

/// The part of an emitter that takes a packed unit of 16 rows apart (AVX-512): a quad's numbers to
/// unsigned bytes, its scales to lanes.
///
/// It owns the registers named here and the one it is given, and leaves zmm0 … zmm23 to the
/// emitter.
public final class UnitUnpacker512 {
  public static final int LANES = 16;

  public static final Gp FIRST = Gp.RAX;
  static final Gp SECOND = Gp.RCX;
  static final Gp SCALE = Gp.RDX;
  static final Gp SUPER = Gp.RBP;

  public static final Vec WEIGHTS = Vec.zmm(24);
  static final Vec AUXILIARY = Vec.zmm(25);
  public static final Vec SCALES = Vec.zmm(28);
  public static final Vec MINIMUMS = Vec.zmm(29);

  private static final Vec LOW_BITS = Vec.zmm(26);
  private static final Vec HIGH_BITS = Vec.zmm(27); // or the table of levels
  private static final Vec SUPER_SCALES = Vec.zmm(30);
  private static final Vec SUPER_MINIMUMS = Vec.zmm(31);
  private static final Mask BIT = Mask.k(1);

  private static final byte[] FIFTEEN = {15, 0, 0, 0};

  /// How far ahead of a unit's share of its row group lines are asked for, in bytes.
  private static final int PREFETCH_AHEAD = 2048;

  private final PackedType type;
  private final Numbers numbers;
  private final Scales scales;
  private final PackedLayout unitSizes;
  private final Order order;
  private final Gp ahead; // what is asked for, or how far behind the unit it lies

  /// In which order units are taken apart, and so what is asked for ahead.
  public enum Order {
    /// All of a row group, then all of the next.
    GROUPS,
    /// A piece of a row group, then the same piece of the next.
    PIECES
  }

  public UnitUnpacker512(PackedType type, Order order) {
    this(type, order, Gp.R15);
  }

  /// @param ahead a register to keep in mind what is asked for
  public UnitUnpacker512(PackedType type, Order order, Gp ahead) {
    this.type = type;
    this.order = order;
    this.ahead = ahead;
    this.numbers = type.numbers();
    this.scales = type.scales();
    this.unitSizes = new PackedLayout(type, LANES, LANES, 256);
  }

  /// Masks and tables, once a call.
  ///
  /// @param temporary a register to build them in
  public void constants(Assembler asm, Gp temporary) {
    if (!numbers.equals(Numbers.BYTES)) {
      fill(asm, LOW_BITS, temporary, numbers.hasNibbles() ? 0x0F : 0x03);
    }
    if (numbers.hasBit()) {
      fill(asm, HIGH_BITS, temporary, 1 << (numbers.bits() - 1));
    } else if (numbers.hasTwoBitsSecond()) {
      fill(asm, HIGH_BITS, temporary, 0x30);
    } else if (type.levels().table().length > 0) {
      asm.emit(VBROADCASTI32X4, HIGH_BITS, asm.constant(type.levels().table()));
    }
  }

  private static void fill(Assembler asm, Vec target, Gp temporary, int value) {
    asm.mov(temporary, value * 0x01010101L);
    asm.broadcast32(target, temporary);
  }

  /// Points at the first unit of a row group, the one at `RowGroups.GROUP`.
  public void begin(Assembler asm) {
    switch (order) {
      case GROUPS -> asm.lea(ahead, Mem.at(RowGroups.GROUP, PREFETCH_AHEAD));
      case PIECES -> asm.mov(ahead, RowGroups.field("groupBytes"));
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

  /// The scales of the next super-block.
  private void superScales(Assembler asm) {
    asm.emit(VCVTPH2PS, SUPER_SCALES, Mem.at(SUPER));
    if (scales.hasMinimum()) {
      asm.emit(VCVTPH2PS, SUPER_MINIMUMS, Mem.at(SUPER, 2 * LANES));
    }
    asm.add(SUPER, unitSizes.superBytes());
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
  /// groups follow each other: taken as a whole, each byte of them is asked for once, and in time
  /// at the beginning of a group too.
  private void prefetch(Assembler asm) {
    switch (order) {
      case GROUPS -> {
        for (int line = 0; line < shareBytes(); line += 64) {
          asm.prefetch(Hint.ALL_LEVELS, Mem.at(ahead, line));
        }
      }
      case PIECES -> {
        prefetch(asm, FIRST, unitSizes.firstUnitBytes());
        prefetch(asm, SECOND, unitSizes.secondUnitBytes());
        prefetch(asm, SCALE, unitSizes.scaleUnitBytes());
      }
    }
  }

  /// Asks for the same unit's bytes of the next row group.
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

  /// The scales of all 32 columns.
  private void unitScales(Assembler asm) {
    switch (scales) {
      case HALF -> asm.emit(VCVTPH2PS, SCALES, Mem.at(SCALE));
      case HALF_AND_MINIMUM -> {
        asm.emit(VCVTPH2PS, SCALES, Mem.at(SCALE));
        asm.emit(VCVTPH2PS, MINIMUMS, Mem.at(SCALE, 2 * LANES));
      }
      case EXPONENT -> {
        // 2^(E − 128); the two subnormal ones become zero
        asm.emit(VPMOVZXBD, SCALES, Mem.at(SCALE));
        asm.emit(VPTERNLOGD, AUXILIARY, AUXILIARY, AUXILIARY, 0xFF);
        asm.emit(VPADDD, SCALES, SCALES, AUXILIARY);
        asm.emit(VPXORD, AUXILIARY, AUXILIARY, AUXILIARY);
        asm.emit(VPMAXSD, SCALES, SCALES, AUXILIARY);
        asm.emit(VPSLLD, SCALES, SCALES, 23);
      }
      case SUPER -> signedScales(asm, 0);
      case SUPER_AND_MINIMUM -> {
        asm.emit(VPMOVZXBD, SCALES, Mem.at(SCALE));
        asm.emit(VPMOVZXBD, MINIMUMS, Mem.at(SCALE, LANES));
        timesSuper(asm);
      }
      case SUPER_HALVES, SUPER_HALVES_AND_MINIMUM ->
          throw new IllegalStateException("a unit's halves have scales of their own");
    }
  }

  /// The scales of 16 columns.
  private void halfScales(Assembler asm, int half) {
    if (scales == Scales.SUPER_HALVES) {
      signedScales(asm, half * LANES);
      return;
    }
    asm.emit(VPMOVZXBD, MINIMUMS, Mem.at(SCALE, half * LANES));
    asm.emit(VPANDD, SCALES, MINIMUMS, asm.constant(FIFTEEN).broadcasting());
    asm.emit(VPSRLD, MINIMUMS, MINIMUMS, 4);
    timesSuper(asm);
  }

  private static void signedScales(Assembler asm, int at) {
    asm.emit(VPMOVSXBD, SCALES, Mem.at(SCALE, at));
    asm.emit(VCVTDQ2PS, SCALES, SCALES);
    asm.emit(VMULPS, SCALES, SCALES, SUPER_SCALES);
  }

  private static void timesSuper(Assembler asm) {
    asm.emit(VCVTDQ2PS, SCALES, SCALES);
    asm.emit(VCVTDQ2PS, MINIMUMS, MINIMUMS);
    asm.emit(VMULPS, SCALES, SCALES, SUPER_SCALES);
    asm.emit(VMULPS, MINIMUMS, MINIMUMS, SUPER_MINIMUMS);
  }

  /// Quad `quad` of all rows to `WEIGHTS`, as unsigned bytes.
  public void unpack(Assembler asm, int quad) {
    switch (numbers) {
      case BYTES -> asm.emit(VMOVDQU32, WEIGHTS, Mem.at(FIRST, 64 * quad));
      case NIBBLES -> {
        nibbles(asm, quad);
        if (type.levels().table().length > 0) {
          asm.emit(VPSHUFB, WEIGHTS, HIGH_BITS, WEIGHTS);
        }
      }
      case NIBBLES_AND_BIT -> {
        nibbles(asm, quad);
        addBit(asm, quad);
      }
      case NIBBLES_AND_TWO_BITS -> {
        nibbles(asm, quad);
        addTwoBits(asm, quad);
      }
      case TWO_BITS -> twoBits(asm, quad);
      case TWO_BITS_AND_BIT -> {
        twoBits(asm, quad);
        addBit(asm, quad);
      }
    }
  }

  private static void nibbles(Assembler asm, int quad) {
    Mem pairs = Mem.at(FIRST, 64 * (quad % 4));
    if (quad < 4) {
      asm.emit(VPANDD, WEIGHTS, LOW_BITS, pairs);
    } else {
      asm.emit(VPSRLW, WEIGHTS, pairs, 4);
      asm.emit(VPANDD, WEIGHTS, WEIGHTS, LOW_BITS);
    }
  }

  private static void twoBits(Assembler asm, int quad) {
    Mem fours = Mem.at(FIRST, 64 * (quad / 4));
    if (quad % 4 == 0) {
      asm.emit(VPANDD, WEIGHTS, LOW_BITS, fours);
    } else {
      asm.emit(VPSRLW, WEIGHTS, fours, 2 * (quad % 4));
      asm.emit(VPANDD, WEIGHTS, WEIGHTS, LOW_BITS);
    }
  }

  private static void addBit(Assembler asm, int quad) {
    asm.kmovq(BIT, Mem.at(SECOND, 8 * quad));
    asm.emit(VPADDB, WEIGHTS.merging(BIT), WEIGHTS, HIGH_BITS);
  }

  private static void addTwoBits(Assembler asm, int quad) {
    Mem fours = Mem.at(SECOND, 64 * (quad / 4));
    int place = 2 * (quad % 4);
    if (place < 4) {
      asm.emit(VPSLLW, AUXILIARY, fours, 4 - place);
    } else if (place > 4) {
      asm.emit(VPSRLW, AUXILIARY, fours, place - 4);
    } else {
      asm.emit(VMOVDQU32, AUXILIARY, fours);
    }
    // weights | (auxiliary & 0x30)
    asm.emit(VPTERNLOGD, WEIGHTS, AUXILIARY, HIGH_BITS, 0xF8);
  }
}
