package puna.x64.interpret;

import puna.x64.interpret.Operation.With;

/// The instructions that move lanes. Most work in halves of 128 bits, as if there were two vectors.
final class Shuffles {
  private Shuffles() {}

  static void bytes(Lanes target, Lanes table, Lanes places, With with) {
    for (int i = 0; i < with.bytes(); i++) {
      int place = places.octet(i);
      target.octet(i, place < 0 ? 0 : table.octet((i & 16) + (place & 15)));
    }
  }

  static void dwordsOfHalves(Lanes target, Lanes first, Lanes source, With with) {
    for (int i = 0; i < with.dwords(); i++) {
      target.dword(i, source.dword((i & 4) + (with.immediate() >> 2 * (i & 3) & 3)));
    }
  }

  static void dwords(Lanes target, Lanes places, Lanes source, With with) {
    whole(with);
    for (int i = 0; i < with.dwords(); i++) {
      target.dword(i, source.dword(places.dword(i) & 7));
    }
  }

  static void qwords(Lanes target, Lanes first, Lanes source, With with) {
    whole(with);
    Lanes before = source.copy();
    for (int i = 0; i < 4; i++) {
      target.qword(i, before.qword(with.immediate() >> 2 * i & 3));
    }
  }

  static void halves(Lanes target, Lanes first, Lanes second, With with) {
    whole(with);
    for (int half = 0; half < 2; half++) {
      int choice = with.immediate() >> 4 * half & 15;
      Lanes source = (choice & 2) == 0 ? first : second;
      for (int i = 0; i < 2; i++) {
        boolean zero = (choice & 8) != 0;
        target.qword(2 * half + i, zero ? 0 : source.qword(2 * (choice & 1) + i));
      }
    }
  }

  static void packWords(Lanes target, Lanes first, Lanes second, With with) {
    for (int i = 0; i < with.words(); i++) {
      Lanes source = (i & 4) == 0 ? first : second;
      int from = source.dword((i & 8) / 2 + (i & 3));
      target.word(i, VectorTable.saturated(from, Short.MAX_VALUE));
    }
  }

  static void packBytes(Lanes target, Lanes first, Lanes second, With with) {
    for (int i = 0; i < with.bytes(); i++) {
      Lanes source = (i & 8) == 0 ? first : second;
      int from = source.word((i & 16) / 2 + (i & 7));
      target.octet(i, VectorTable.saturated(from, Byte.MAX_VALUE));
    }
  }

  private static void whole(With with) {
    if (with.bytes() != Lanes.BYTES) {
      throw new IllegalStateException("this instruction has no form of 128 bits");
    }
  }
}
