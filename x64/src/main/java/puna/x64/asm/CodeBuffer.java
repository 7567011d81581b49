package puna.x64.asm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Growing code with places in it that are filled in when their labels are known.
final class CodeBuffer {
  private byte[] bytes = new byte[1024];
  private int size;
  private final List<Fixup> fixups = new ArrayList<>();

  /// Four bytes at `at` that hold the distance from `from` to a label.
  private record Fixup(int at, int from, Label label) {}

  int size() {
    return size;
  }

  void emit(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  void emit(byte[] values) {
    for (byte value : values) {
      emit(value);
    }
  }

  void emitInt(int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      emit(value >> shift);
    }
  }

  void emitLong(long value) {
    emitInt((int) value);
    emitInt((int) (value >> 32));
  }

  /// A four-byte distance to a label, counted from `trailing` bytes behind it: the end of the
  /// instruction.
  void emitDistance(Label label, int trailing) {
    fixups.add(new Fixup(size, size + 4 + trailing, label));
    emitInt(0);
  }

  void align(int alignment, int filler) {
    while (size % alignment != 0) {
      emit(filler);
    }
  }

  /// The code, with every distance filled in.
  byte[] finish() {
    for (Fixup fixup : fixups) {
      int target = fixup.label().position();
      if (target == Label.UNBOUND) {
        throw new IllegalStateException("a label is used at " + fixup.at() + " and never bound");
      }
      int distance = target - fixup.from();
      for (int i = 0; i < 4; i++) {
        bytes[fixup.at() + i] = (byte) (distance >> (8 * i));
      }
    }
    fixups.clear();
    return Arrays.copyOf(bytes, size);
  }
}
