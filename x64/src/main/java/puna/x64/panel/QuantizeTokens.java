package puna.x64.panel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static puna.x64.asm.VectorOp.*;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import puna.backend.cpu.FloatMatrix;
import puna.x64.asm.Assembler;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Gp;
import puna.x64.asm.Label;
import puna.x64.asm.Mem;
import puna.x64.asm.Vec;
import puna.x64.code.ArgumentLayout;
import puna.x64.code.Emitter;
import puna.x64.pack.PackedLayout;
import puna.x64.panel.TokenPlanes.Planes;

/// Float32 activations to two planes of bytes, `TokenPlanes` or `PlaneTiles`, or to both planes in
/// a word, `TokenWords` (AVX2, which every tier has).
///
/// `hi = round(x / d)`, `lo = round(128 · (x / d − hi))` with `d = max|x| / 127` over the unit.
public final class QuantizeTokens implements Emitter {
  static final ArgumentLayout ARGUMENTS = ArgumentLayout.of("x", "units", "out", "scalars");

  private static final long FROM = ARGUMENTS.offset("x");
  private static final long UNIT_COUNT = ARGUMENTS.offset("units");
  private static final long TO = ARGUMENTS.offset("out");
  private static final long SCALARS_TO = ARGUMENTS.offset("scalars");

  private static final Gp ARGS = Gp.RDI;
  private static final Gp X = Gp.RSI;
  private static final Gp OUT = Gp.RDX;
  private static final Gp UNITS = Gp.RCX;
  private static final Gp SCALARS = Gp.R8;

  // 0..3 the unit's activations, 4..7 the high plane, 8..11 the low plane
  private static final Vec PEAK = Vec.ymm(12);
  private static final Vec INVERSE = Vec.ymm(13);
  private static final Vec TEMPORARY = Vec.ymm(14);
  private static final Vec OTHER = Vec.ymm(15);

  private final Planes planes;
  private final Form form;

  /// Where a unit's parts go.
  public enum Form {
    /// One behind the other, `TokenPlanes`.
    TOKENS(TokenPlanes.UNIT_BYTES, TokenPlanes.LOW, 4, TokenPlanes.SCALE),
    /// Beside those of 15 other tokens, `PlaneTiles`.
    TILES(PlaneTiles.UNIT_BYTES, PlaneTiles.LOW, PlaneTiles.SCALAR_BYTES, 0),
    /// Both planes in words, beside those of 3 other tokens, `TokenWords`.
    WORDS(TokenWords.UNIT_BYTES, 0, TokenWords.SCALAR_BYTES, 0);

    private final int unitBytes;
    private final int low;
    private final int scalarBytes; // from one scalar to the next
    private final int scalars; // the first one

    Form(int unitBytes, int low, int scalarBytes, int scalars) {
      this.unitBytes = unitBytes;
      this.low = low;
      this.scalarBytes = scalarBytes;
      this.scalars = scalars;
    }
  }

  public QuantizeTokens(Planes planes, Form form) {
    this.planes = planes;
    this.form = form;
  }

  /// Throws unless the activations are whole units.
  static void checkWidth(FloatMatrix x) {
    if (x.width() % PackedLayout.UNIT != 0) {
      throw new IllegalArgumentException(
          "activations of width %s do not fill units of %s columns"
              .formatted(x.width(), PackedLayout.UNIT));
    }
  }

  /// Puts a token's activations, for the arguments at byte `at`.
  static void putToken(MemorySegment arguments, long at, FloatMatrix x, int token) {
    arguments.set(JAVA_LONG, at + FROM, NativePanelLayout.address(x, token));
    arguments.set(JAVA_LONG, at + UNIT_COUNT, x.width() / PackedLayout.UNIT);
  }

  /// Puts where it goes.
  ///
  /// @param out the address of its bytes in the first unit
  /// @param scalars the address of its scalars there
  static void putPlaces(MemorySegment arguments, long at, long out, long scalars) {
    arguments.set(JAVA_LONG, at + TO, out);
    arguments.set(JAVA_LONG, at + SCALARS_TO, scalars);
  }

  @Override
  public String name() {
    return "quantize-" + form;
  }

  @Override
  public void emit(Assembler asm) {
    asm.mov(X, ARGUMENTS.field(ARGS, "x"));
    asm.mov(UNITS, ARGUMENTS.field(ARGS, "units"));
    asm.mov(OUT, ARGUMENTS.field(ARGS, "out"));
    asm.mov(SCALARS, ARGUMENTS.field(ARGS, "scalars"));
    Label unit = new Label();
    Label end = new Label();
    asm.test(UNITS, UNITS);
    asm.jump(Condition.EQUAL, end);
    asm.bind(unit);
    findPeak(asm);
    asm.emit(VMOVUPS, INVERSE, all(asm, 127));
    asm.emit(VDIVPS, INVERSE, INVERSE, PEAK);
    for (int part = 0; part < 4; part++) {
      split(asm, part);
    }
    asm.emit(VMULPS, PEAK, PEAK, all(asm, 1 / (127f * 128f)));
    asm.emit(VMOVSS_STORE, scalar(PlaneTiles.SCALE), PEAK.as(128));
    sums(asm);
    if (form == Form.WORDS) {
      packWords(asm, 0);
      packWords(asm, 2);
    } else {
      pack(asm, 4, TokenPlanes.HIGH);
      pack(asm, 8, form.low);
    }
    asm.add(X, 128);
    asm.add(OUT, form.unitBytes);
    asm.add(SCALARS, form.unitBytes);
    asm.sub(UNITS, 1);
    asm.jump(Condition.NOT_EQUAL, unit);
    asm.bind(end);
  }

  /// Where a unit's scalar goes: its scale, or the scaled sum of its first half, of its second, of
  /// all.
  private Mem scalar(int index) {
    return Mem.at(SCALARS, form.scalars + index * form.scalarBytes);
  }

  private static Mem all(Assembler asm, float value) {
    ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (int lane = 0; lane < 8; lane++) {
      bytes.putFloat(value);
    }
    return asm.constant(bytes.array());
  }

  /// The largest magnitude of the unit in all lanes of `PEAK`, and something where it is nothing.
  private static void findPeak(Assembler asm) {
    byte[] magnitude = new byte[32];
    Arrays.fill(magnitude, (byte) 0xFF);
    for (int sign = 3; sign < 32; sign += 4) {
      magnitude[sign] = 0x7F;
    }
    asm.emit(VMOVUPS, OTHER, asm.constant(magnitude));
    asm.emit(VMOVUPS, PEAK, all(asm, 1e-30f));
    for (int part = 0; part < 4; part++) {
      asm.emit(VMOVUPS, Vec.ymm(part), Mem.at(X, 32 * part));
      asm.emit(VANDPS, TEMPORARY, Vec.ymm(part), OTHER);
      asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
    }
    asm.emit(VPERM2I128, TEMPORARY, PEAK, PEAK, 0x01);
    asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
    asm.emit(VPSHUFD, TEMPORARY, PEAK, 0x4E);
    asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
    asm.emit(VPSHUFD, TEMPORARY, PEAK, 0xB1);
    asm.emit(VMAXPS, PEAK, PEAK, TEMPORARY);
  }

  private void split(Assembler asm, int part) {
    Vec x = Vec.ymm(part);
    Vec high = Vec.ymm(4 + part);
    Vec low = Vec.ymm(8 + part);
    asm.emit(VMULPS, x, x, INVERSE);
    asm.emit(VCVTPS2DQ, high, x);
    if (planes == Planes.ONE) {
      asm.emit(VPXOR, low, low, low);
      return;
    }
    asm.emit(VCVTDQ2PS, TEMPORARY, high);
    asm.emit(VSUBPS, x, x, TEMPORARY);
    asm.emit(VMULPS, x, x, all(asm, 128));
    asm.emit(VCVTPS2DQ, low, x);
  }

  /// The sums of the unit and of its halves, and their multiples.
  private void sums(Assembler asm) {
    Vec first = Vec.ymm(0);
    Vec second = Vec.ymm(2);
    total(asm, 0);
    total(asm, 2);
    asm.emit(VPADDD, OTHER, first, second);
    if (form == Form.TOKENS) {
      for (int shift : new int[] {3, 4, 7}) {
        negated(asm, OTHER, shift, TokenPlanes.offsetSum(shift));
      }
      for (int shift : new int[] {2, 5, 7}) {
        negated(asm, first, shift, TokenPlanes.offsetSumOfHalf(shift, 0));
        negated(asm, second, shift, TokenPlanes.offsetSumOfHalf(shift, 1));
      }
    }
    scaled(asm, first, PlaneTiles.FIRST_SUM);
    scaled(asm, second, PlaneTiles.SECOND_SUM);
    scaled(asm, OTHER, PlaneTiles.SUM);
  }

  /// `128 · high + low` of parts `part` and `part + 1`, added up in every lane of register `part`.
  private static void total(Assembler asm, int part) {
    Vec sum = Vec.ymm(part);
    asm.emit(VPADDD, sum, Vec.ymm(4 + part), Vec.ymm(5 + part));
    asm.emit(VPSLLD, sum, sum, TokenPlanes.PLANE_SHIFT);
    asm.emit(VPADDD, sum, sum, Vec.ymm(8 + part));
    asm.emit(VPADDD, sum, sum, Vec.ymm(9 + part));
    asm.emit(VPERM2I128, TEMPORARY, sum, sum, 0x01);
    asm.emit(VPADDD, sum, sum, TEMPORARY);
    asm.emit(VPSHUFD, TEMPORARY, sum, 0x4E);
    asm.emit(VPADDD, sum, sum, TEMPORARY);
    asm.emit(VPSHUFD, TEMPORARY, sum, 0xB1);
    asm.emit(VPADDD, sum, sum, TEMPORARY);
  }

  /// Stores `−2^shift · sum`.
  private static void negated(Assembler asm, Vec sum, int shift, int offset) {
    asm.emit(VPSLLD, TEMPORARY, sum, shift);
    asm.emit(VPXOR, INVERSE, INVERSE, INVERSE);
    asm.emit(VPSUBD, TEMPORARY, INVERSE, TEMPORARY);
    asm.emit(VMOVD_STORE, Mem.at(OUT, offset), TEMPORARY.as(128));
  }

  /// Stores `e · sum`.
  private void scaled(Assembler asm, Vec sum, int index) {
    asm.emit(VCVTDQ2PS, TEMPORARY, sum);
    asm.emit(VMULPS, TEMPORARY, TEMPORARY, PEAK);
    asm.emit(VMOVSS_STORE, scalar(index), TEMPORARY.as(128));
  }

  /// Four vectors of 32-bit numbers, from register `from` on, to 32 bytes.
  private static void pack(Assembler asm, int from, int offset) {
    Vec low = Vec.ymm(from);
    Vec high = Vec.ymm(from + 2);
    asm.emit(VPACKSSDW, low, low, Vec.ymm(from + 1));
    asm.emit(VPACKSSDW, high, high, Vec.ymm(from + 3));
    asm.emit(VPACKSSWB, low, low, high);
    // packing works in halves of 128 bits: put its pieces in order
    byte[] order = new byte[32];
    for (int i = 0; i < 8; i++) {
      order[4 * i] = (byte) (i / 2 + i % 2 * 4);
    }
    asm.emit(VMOVDQU, TEMPORARY, asm.constant(order));
    asm.emit(VPERMD, low, TEMPORARY, low);
    asm.emit(VMOVDQU_STORE, Mem.at(OUT, offset), low);
  }

  /// Both planes of parts `part` and `part + 1` to 16 words, in the order of `TokenWords`.
  private static void packWords(Assembler asm, int part) {
    for (int next = part; next < part + 2; next++) {
      Vec high = Vec.ymm(4 + next);
      asm.emit(VPSLLD, high, high, TokenPlanes.PLANE_SHIFT);
      asm.emit(VPADDD, high, high, Vec.ymm(8 + next));
    }
    Vec words = Vec.ymm(4 + part);
    asm.emit(VPACKSSDW, words, words, Vec.ymm(5 + part));
    asm.emit(VPERMQ, words, words, 0xD8); // packing works in halves of 128 bits
    byte[] order = new byte[32];
    for (int i = 0; i < order.length; i++) {
      int word = i % 8 / 2;
      order[i] = (byte) (i % 16 / 8 * 8 + (word % 2 * 2 + word / 2) * 2 + i % 2);
    }
    asm.emit(VPSHUFB, words, words, asm.constant(order));
    asm.emit(VMOVDQU_STORE, Mem.at(OUT, 16 * part), words);
  }
}
