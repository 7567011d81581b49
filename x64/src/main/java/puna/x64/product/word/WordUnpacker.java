package puna.x64.product.word;

import static puna.x64.asm.VectorOp.*;

import puna.x64.asm.Assembler;
import puna.x64.asm.Gp;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.Emitter;
import puna.x64.pack.PackedLayout;
import puna.x64.pack.PackedType;
import puna.x64.pack.Scales;
import puna.x64.product.RowGroups;
import puna.x64.product.UnitUnpacker.Columns;
import puna.x64.product.UnitUnpacker.Order;
import puna.x64.product.UnitUnpacker256;
import puna.x64.product.UnitUnpacker256.WholeBytes;

/// Unpacks one or two row groups of 8 rows to a panel of signed words of 16 bits, unit after unit
/// (AVX2). A unit of both groups is
///
/// | bytes | content |
/// |---|---|
/// | 0..1023 | for each quad its columns 0 and 2, then 1 and 3: two words a row, 8 rows of the first group, 8 of the second |
/// | from 1024 on | scales of each half or of all, then minima, 8 × f32 of the first group, 8 of the second |
public final class WordUnpacker implements Emitter, Columns {
  /// Row groups side by side in a panel.
  public static final int GROUPS = 2;

  /// Bytes of a vector of one group.
  static final int VECTOR = 4 * UnitUnpacker256.LANES;

  /// Bytes from a vector to the next one of the same group.
  static final int STRIDE = GROUPS * VECTOR;

  /// Pairs of columns in a unit.
  static final int PAIRS = PackedLayout.UNIT / 2;

  // R9 belongs to the unpacker; R11, R13 and RDI to RowGroups
  private static final Gp PANEL = Gp.RSI;
  private static final Gp TO = Gp.R8;
  private static final Gp UNITS = Gp.R10;
  private static final Gp INNER = Gp.R14;

  private static final Vec EVEN = Vec.ymm(0);
  private static final Vec ODD = Vec.ymm(1);
  private static final Vec OFFSET = Vec.ymm(2); // 16-bit
  private static final Vec LOW_BYTES = Vec.ymm(3);

  private final PackedType type;
  private final Scales scales;
  private final UnitUnpacker256 unit;

  public WordUnpacker(PackedType type) {
    this.type = type;
    this.scales = type.scales();
    this.unit = new UnitUnpacker256(type, Order.PIECES_OF_TWO, WholeBytes.SIGNED);
  }

  /// Bytes of a unit of two groups.
  static int unitBytes(Scales scales) {
    return (PAIRS + scaleVectors(scales)) * STRIDE;
  }

  private static int scaleVectors(Scales scales) {
    return (scales.hasHalves() ? 2 : 1) * (scales.hasMinimum() ? 2 : 1);
  }

  /// Where in a unit the scales of a half, or of all of it, begin.
  static int scaleOffset(int half) {
    return (PAIRS + half) * STRIDE;
  }

  /// Where in a unit the minima of a half, or of all of it, begin.
  static int minimumOffset(Scales scales, int half) {
    return (PAIRS + (scales.hasHalves() ? 2 : 1) + half) * STRIDE;
  }

  @Override
  public String name() {
    return "words-of-" + type;
  }

  @Override
  public void emit(Assembler asm) {
    RowGroups.begin(asm, PANEL);
    unit.constants(asm);
    asm.emit(VPCMPEQD, LOW_BYTES, LOW_BYTES, LOW_BYTES);
    asm.emit(VPSRLW, LOW_BYTES, LOW_BYTES, 8);
    asm.emit(VMOVDQU, OFFSET, asm.constant(offsets()));
    RowGroups.forEach(asm, () -> group(asm));
  }

  private void group(Assembler asm) {
    unit.begin(asm);
    RowGroups.advance(asm, UNITS);
    asm.mov(TO, PANEL);
    unit.forEachUnit(asm, UNITS, INNER, this, () -> asm.add(TO, unitBytes(scales)));
    asm.add(PANEL, VECTOR);
  }

  private byte[] offsets() {
    byte[] words = new byte[VECTOR];
    for (int word = 0; word < words.length; word += 2) {
      words[word] = (byte) type.offset(); // 128 at most: the high byte is zero
    }
    return words;
  }

  @Override
  public void before(Assembler asm, int half, int first, int end) {
    for (int quad = first; quad < end; quad++) {
      unit.unpack(asm, quad);
      words(asm);
      asm.emit(VMOVDQU_STORE, Mem.at(TO, 2 * quad * STRIDE), EVEN);
      asm.emit(VMOVDQU_STORE, Mem.at(TO, (2 * quad + 1) * STRIDE), ODD);
    }
  }

  /// Stores the scales.
  @Override
  public void emit(Assembler asm, int half, int first, int end) {
    asm.emit(VMOVUPS_STORE, Mem.at(TO, scaleOffset(half)), UnitUnpacker256.SCALES);
    if (scales.hasMinimum()) {
      asm.emit(VMOVUPS_STORE, Mem.at(TO, minimumOffset(scales, half)), UnitUnpacker256.MINIMUMS);
    }
  }

  /// A quad's bytes to words, less the offset.
  private void words(Assembler asm) {
    if (unit.isSigned()) {
      asm.emit(VPSLLW, EVEN, UnitUnpacker256.WEIGHTS, 8);
      asm.emit(VPSRAW, EVEN, EVEN, 8);
      asm.emit(VPSRAW, ODD, UnitUnpacker256.WEIGHTS, 8);
      return;
    }
    asm.emit(VPAND, EVEN, UnitUnpacker256.WEIGHTS, LOW_BYTES);
    asm.emit(VPSRLW, ODD, UnitUnpacker256.WEIGHTS, 8);
    if (type.offset() != 0) {
      asm.emit(VPSUBW, EVEN, EVEN, OFFSET);
      asm.emit(VPSUBW, ODD, ODD, OFFSET);
    }
  }
}
