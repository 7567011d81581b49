package puna.x64.pack;

/// `NVFP4`: 4-bit floats with an 8-bit float for every 16, 64 a block. Both halves of a unit become
/// whole numbers of one step: the largest that both scales are multiples of, where no number
/// exceeds 127 then, else 1/127 of the largest magnitude.
final class FloatHalvesReader extends ByteReader {
  private static final int BLOCK = 36;
  private static final int UNITS = 2; // a block
  private static final int MOST = 127;

  /// Values of the group scales' codes, halved since the 4-bit floats are doubled.
  private static final float[] SCALES = new float[256];

  /// The smallest whole numbers, at most 127, that two codes' scales are to each other as: of code
  /// `a` in bits 8..15 and of code `b` in bits 0..7 of element `128 a + b`. Zero where there are
  /// none, and for code 0x7F.
  private static final short[] RATIOS = new short[128 * 128];

  private static final long THREES = 3 * ONES;
  private static final long NIBBLES = 15 * ONES;
  private static final long EVERY_FOURTH_BIT = 0x1111_1111_1111_1111L;

  /// Every other byte: four numbers with room for a product's fraction of eight bits.
  private static final long WIDE = 0x00FF_00FF_00FF_00FFL;

  private static final float ONE = 256; // with that fraction
  private static final long ROUNDING = 0x0080_0080_0080_0080L;

  static {
    for (int code = 0; code < SCALES.length; code++) {
      int exponent = code >>> 3 & 15;
      int mantissa = (code & 7) + (exponent == 0 ? 0 : 8);
      SCALES[code] = code == 0x7F ? 0 : Math.scalb((float) mantissa, Math.max(exponent, 1) - 11);
    }
    for (int i = 0; i < RATIOS.length; i++) {
      RATIOS[i] = (short) ratio(i >>> 7, i & 127);
    }
  }

  private static int ratio(int code0, int code1) {
    int scale0 = (int) Math.scalb(SCALES[code0], 10); // all are multiples of the smallest
    int scale1 = (int) Math.scalb(SCALES[code1], 10);
    int divisor = ByteRow.greatestDivisor(scale0, scale1);
    boolean exists = code0 != 0x7F && code1 != 0x7F && Math.max(scale0, scale1) <= MOST * divisor;
    return exists && divisor > 0 ? scale0 / divisor << 8 | scale1 / divisor : 0;
  }

  @Override
  void read(byte[] row, int units, ByteRow out) {
    for (int u = 0; u < units; u++) {
      int block = u / UNITS * BLOCK;
      int scales = block + u % UNITS * 2;
      int code0 = u8(row, scales);
      int code1 = u8(row, scales + 1);
      int nibbles = block + 4 + u % UNITS * 16;
      long half0 = i64(row, nibbles);
      long half1 = i64(row, nibbles + 8);
      int largest0 = largest(half0);
      int largest1 = largest(half1);
      int ratio = RATIOS[(code0 & 127) << 7 | code1 & 127];
      int whole = Math.max(largest0 * (ratio >>> 8), largest1 * (ratio & 255));
      int number = whole == 0 || whole > MOST ? MOST : whole; // of the largest magnitude
      float step = Math.max(SCALES[code0] * largest0, SCALES[code1] * largest1) / number;
      float inverse = step == 0 ? 0 : ONE / step;
      put(half0, (int) (SCALES[code0] * inverse + 0.5f), out.numbers, ByteRow.WORDS * u);
      put(half1, (int) (SCALES[code1] * inverse + 0.5f), out.numbers, ByteRow.WORDS * u + 2);
      out.putStep(u, step);
    }
  }

  /// The largest of sixteen codes' doubled magnitudes: 0, 1, 2, 3, 4, 6, 8 or 12.
  private static int largest(long codes) {
    long bit0 = codes & EVERY_FOURTH_BIT;
    long bit1 = codes >>> 1 & EVERY_FOURTH_BIT;
    long bit2 = codes >>> 2 & EVERY_FOURTH_BIT;
    if ((bit2 & bit1 & bit0) != 0) {
      return 12; // nearly always: encoders make it so
    }
    if (bit2 != 0) {
      return (bit2 & bit1) != 0 ? 8 : (bit2 & bit0) != 0 ? 6 : 4;
    }
    return (bit1 & bit0) != 0 ? 3 : bit1 != 0 ? 2 : bit0 != 0 ? 1 : 0;
  }

  private static void put(long codes, int factor, long[] out, int at) {
    out[at] = numbers(codes & NIBBLES, factor);
    out[at + 1] = numbers(codes >>> 4 & NIBBLES, factor);
  }

  /// @param codes one a byte
  /// @param factor of the doubled values, with a fraction of eight bits
  private static long numbers(long codes, long factor) {
    long high = codes >>> 2 & ONES; // at least 4: 4, 6, 8, 12 for the codes 4 … 7
    long odd = codes & high;
    long upper = codes >>> 1 & high;
    long doubled = (codes & THREES) + (high << 2) + odd + (upper + (upper & odd) << 1);
    long evenBytes = (doubled & WIDE) * factor + ROUNDING >>> 8 & WIDE;
    long oddBytes = (doubled >>> 8 & WIDE) * factor + ROUNDING & ~WIDE;
    long negative = codes >>> 3 & ONES;
    return GridWords.negated(evenBytes | oddBytes | ZEROS, (negative << 8) - negative);
  }
}
