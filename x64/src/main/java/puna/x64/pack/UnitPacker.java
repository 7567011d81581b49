package puna.x64.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import puna.tensor.TensorType;

/// Packs types that have a packed form of their own, unit by unit.
final class UnitPacker extends Packer {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /// Columns that are packed at a time: arrays of at most 400 KB.
  private static final int SLICE = 16_384;

  private static final int NIBBLES = 0x0F0F0F0F;

  private final PackedLayout slice; // of one row group
  private final UnitReader reader;
  private final byte[] group;
  private final int secondOffset;
  private final int scaleOffset;
  private final int superOffset;
  private final Unit[] units; // that are read together
  private final int[] bits; // of the group's units, lane by lane

  /// @param source of the same name as the layout's type
  UnitPacker(PackedLayout layout, TensorType source) {
    super(layout, source, SLICE);
    this.slice = slice();
    this.reader = UnitReader.of(layout.type());
    this.group = group();
    this.secondOffset = Math.toIntExact(slice.secondOffset());
    this.scaleOffset = Math.toIntExact(slice.scaleOffset());
    this.superOffset = Math.toIntExact(slice.superOffset());
    this.units = Unit.units(reader.together());
    this.bits = new int[layout.type().numbers().hasBit() ? slice.units() * layout.lanes() : 0];
  }

  @Override
  void clear() {
    Arrays.fill(group, (byte) 0);
    Arrays.fill(bits, 0);
  }

  @Override
  void putRow(byte[] row, int count, int lane) {
    for (int u = 0; u < count; u += units.length) {
      reader.read(row, u, units);
      for (int i = 0; i < units.length; i++) {
        putNumbers(units[i], u + i, lane);
        putScales(units[i], u + i, lane);
      }
    }
  }

  @Override
  void finishGroup(int count) {
    if (slice.type().numbers().hasBit()) {
      for (int u = 0; u < count; u++) {
        putBits(u);
      }
    }
  }

  private void putNumbers(Unit unit, int u, int lane) {
    int lanes = slice.lanes();
    Numbers numbers = slice.type().numbers();
    int first = u * slice.firstUnitBytes() + 4 * lane;
    // a bound that the compiler knows, so that it unrolls the loop
    if (numbers.hasNibbles()) {
      for (int i = 0; i < 4; i++) {
        INT.set(group, first + 4 * i * lanes, unit.first[i]);
      }
    } else {
      putTwo(unit.first, first);
    }
    if (numbers.hasBit()) {
      bits[u * lanes + lane] = unit.bits;
    } else if (numbers.hasTwoBitsSecond()) {
      putTwo(unit.second, secondOffset + u * slice.secondUnitBytes() + 4 * lane);
    }
  }

  private void putTwo(int[] words, int at) {
    INT.set(group, at, words[0]);
    INT.set(group, at + 4 * slice.lanes(), words[1]);
  }

  /// The single bits of a unit: four bits a lane and quad, two lanes a byte.
  private void putBits(int u) {
    int lanes = slice.lanes();
    int at = secondOffset + u * slice.secondUnitBytes();
    for (int lane = 0; lane < lanes; lane += 2) {
      int low = bits[u * lanes + lane];
      int high = bits[u * lanes + lane + 1];
      int even = low & NIBBLES | (high & NIBBLES) << 4; // quads 0, 2, 4, 6
      int odd = low >>> 4 & NIBBLES | high & ~NIBBLES;
      for (int quad = 0; quad < 8; quad += 2) {
        group[at + quad * lanes / 2 + lane / 2] = (byte) (even >>> (4 * quad));
        group[at + (quad + 1) * lanes / 2 + lane / 2] = (byte) (odd >>> (4 * quad));
      }
    }
  }

  private void putScales(Unit unit, int u, int lane) {
    int lanes = slice.lanes();
    Scales scales = slice.type().scales();
    int at = scaleOffset + u * slice.scaleUnitBytes();
    switch (scales) {
      case HALF -> SHORT.set(group, at + 2 * lane, (short) unit.scale0);
      case HALF_AND_MINIMUM -> {
        SHORT.set(group, at + 2 * lane, (short) unit.scale0);
        SHORT.set(group, at + 2 * (lanes + lane), (short) unit.scale1);
      }
      case EXPONENT, SUPER -> group[at + lane] = (byte) unit.scale0;
      case SUPER_AND_MINIMUM, SUPER_HALVES, SUPER_HALVES_AND_MINIMUM -> {
        group[at + lane] = (byte) unit.scale0;
        group[at + lanes + lane] = (byte) unit.scale1;
      }
    }
    if (scales.isSuper() && u % PackedLayout.UNITS_PER_SUPER == 0) {
      int atSuper = superOffset + u / PackedLayout.UNITS_PER_SUPER * slice.superBytes();
      SHORT.set(group, atSuper + 2 * lane, (short) unit.super0);
      if (scales.hasMinimum()) {
        SHORT.set(group, atSuper + 2 * (lanes + lane), (short) unit.super1);
      }
    }
  }
}
