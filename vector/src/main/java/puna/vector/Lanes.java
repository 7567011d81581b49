package puna.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The vector width of this process, and the loads that widen bytes and shorts to its 32-bit lanes.
final class Lanes {
  static final VectorSpecies<Float> FLOATS = floats();

  /// Float lanes a vector: 16, 8 or 4.
  static final int COUNT = FLOATS.length();

  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);

  // As many bytes (shorts) as float lanes; the narrowest vectors have 8 (4), so that 4 bytes travel
  // in an int.
  private static final VectorSpecies<Byte> BYTES =
      COUNT == 16 ? ByteVector.SPECIES_128 : ByteVector.SPECIES_64;
  private static final VectorSpecies<Short> SHORTS =
      COUNT == 16
          ? ShortVector.SPECIES_256
          : COUNT == 8 ? ShortVector.SPECIES_128 : ShortVector.SPECIES_64;
  private static final IntVector BYTE_SHIFTS = IntVector.zero(INTS).addIndex(8).and(31);

  private static final VectorShuffle<Float> BY_EIGHT = rotation(8);
  private static final VectorShuffle<Float> BY_FOUR = rotation(4);
  private static final VectorShuffle<Float> BY_TWO = rotation(2);
  private static final VectorShuffle<Float> BY_ONE = rotation(1);

  private Lanes() {}

  /// `COUNT` bytes from `offset`, zero-extended.
  static IntVector unsignedBytes(MemorySegment data, long offset) {
    if (COUNT == 4) {
      return IntVector.broadcast(INTS, data.get(INT, offset))
          .lanewise(VectorOperators.LSHR, BYTE_SHIFTS)
          .and(0xFF);
    }
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES, data, offset, ORDER)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  /// `COUNT` signed bytes from `offset`.
  static FloatVector signedBytes(MemorySegment data, long offset) {
    if (COUNT == 4) {
      return toFloats(extendedBytes(data, offset));
    }
    return (FloatVector)
        ByteVector.fromMemorySegment(BYTES, data, offset, ORDER)
            .convertShape(VectorOperators.B2F, FLOATS, 0);
  }

  /// `COUNT` bytes from `offset`, sign-extended.
  static IntVector extendedBytes(MemorySegment data, long offset) {
    if (COUNT == 4) {
      return IntVector.broadcast(INTS, data.get(INT, offset))
          .lanewise(VectorOperators.LSHR, BYTE_SHIFTS)
          .lanewise(VectorOperators.LSHL, 24)
          .lanewise(VectorOperators.ASHR, 24);
    }
    return (IntVector)
        ByteVector.fromMemorySegment(BYTES, data, offset, ORDER)
            .convertShape(VectorOperators.B2I, INTS, 0);
  }

  /// `COUNT` 16-bit values from `offset`, sign-extended.
  static IntVector signedShorts(MemorySegment data, long offset) {
    return (IntVector)
        ShortVector.fromMemorySegment(SHORTS, data, offset, ORDER)
            .convertShape(VectorOperators.S2I, INTS, 0);
  }

  /// Stores the low halves of the lanes as `COUNT` 16-bit values.
  static void storeShorts(IntVector values, MemorySegment data, long offset) {
    ((ShortVector) values.convertShape(VectorOperators.I2S, SHORTS, 0))
        .intoMemorySegment(data, offset, ORDER);
  }

  static FloatVector toFloats(IntVector values) {
    return (FloatVector) values.convertShape(VectorOperators.I2F, FLOATS, 0);
  }

  static FloatVector load(MemorySegment data, long offset) {
    return FloatVector.fromMemorySegment(FLOATS, data, offset, ORDER);
  }

  static void store(FloatVector values, MemorySegment data, long offset) {
    values.intoMemorySegment(data, offset, ORDER);
  }

  /// The half-precision number at `offset`.
  static float half(MemorySegment data, long offset) {
    return Float.float16ToFloat(data.get(SHORT, offset));
  }

  /// The half-precision number at `offset` in every lane.
  static FloatVector broadcastHalf(MemorySegment data, long offset) {
    return FloatVector.broadcast(FLOATS, half(data, offset));
  }

  /// `weights · x[at…] + sum`.
  static FloatVector fma(IntVector weights, float[] x, int at, FloatVector sum) {
    return toFloats(weights).fma(FloatVector.fromArray(FLOATS, x, at), sum);
  }

  /// The sum of all lanes, halves onto halves. `reduceLanes` may add in another order once it is
  /// compiled, and then a text would depend on how warm the process is.
  static float sum(FloatVector values) {
    FloatVector sum = values;
    if (COUNT > 8) {
      sum = sum.add(sum.rearrange(BY_EIGHT));
    }
    if (COUNT > 4) {
      sum = sum.add(sum.rearrange(BY_FOUR));
    }
    sum = sum.add(sum.rearrange(BY_TWO));
    sum = sum.add(sum.rearrange(BY_ONE));
    return sum.lane(0);
  }

  private static VectorShuffle<Float> rotation(int distance) {
    return VectorShuffle.fromOp(FLOATS, lane -> (lane + distance) % COUNT);
  }

  /// `count` rounded up to whole vectors.
  static int padded(int count) {
    return (count + COUNT - 1) / COUNT * COUNT;
  }

  private static VectorSpecies<Float> floats() {
    int widest =
        Math.min(
            FloatVector.SPECIES_PREFERRED.vectorBitSize(),
            VectorSettings.bits().orElse(Integer.MAX_VALUE));
    if (widest >= 512) {
      return FloatVector.SPECIES_512;
    }
    return widest >= 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
  }
}
