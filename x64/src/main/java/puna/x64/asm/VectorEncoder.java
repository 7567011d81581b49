package puna.x64.asm;

import org.jspecify.annotations.Nullable;
import puna.x64.asm.VectorOp.Form;
import puna.x64.asm.VectorOp.Set;
import puna.x64.asm.VectorOp.Tuple;

/// VEX and EVEX encodings. VEX is taken wherever it can say the same.
final class VectorEncoder {
  static final int NO_IMMEDIATE = -1;

  private final CodeBuffer code;
  private final AddressEncoder addresses;

  /// The operands of one instruction by their place in its encoding.
  private record Places(int reg, int vvvv, Operand rm, Vec written, int vectorBits) {}

  VectorEncoder(CodeBuffer code) {
    this.code = code;
    this.addresses = new AddressEncoder(code);
  }

  void encode(VectorOp op, int immediate, Operand first, Operand second, @Nullable Operand third) {
    Places places = places(op, first, second, third);
    OperandRules.check(
        op, places.vectorBits(), immediate != NO_IMMEDIATE, places.rm(), places.written());
    boolean needsEvex = needsEvex(op, places, first, second, third);
    if (needsEvex && op.set == Set.VEX) {
      throw new IllegalArgumentException(op + " has no form for these operands");
    }
    if (needsEvex || op.set == Set.EVEX) {
      evex(op, places);
      operand(places, immediate, op.tuple);
    } else {
      vex(op, places);
      operand(places, immediate, null);
    }
    if (immediate != NO_IMMEDIATE) {
      code.emit(immediate);
    }
  }

  private static Places places(
      VectorOp op, Operand first, Operand second, @Nullable Operand third) {
    if ((op.form == Form.RVM) != (third != null)) {
      throw new IllegalArgumentException(
          op + " takes " + (third == null ? "three" : "two") + " operands");
    }
    if (op.form == Form.RVM && first instanceof Vec && bits(first) != bits(second)) {
      number(first); // memory in their places is the worse mistake
      number(second);
      throw new IllegalArgumentException(op + " needs target and source of the same width");
    }
    int bits = vectorBits(op, first, second, third);
    return switch (op.form) {
      case RM -> new Places(number(first), 0, second, written(first), bits);
      case RVM -> new Places(number(first), number(second), nonNull(third), written(first), bits);
      case MR -> new Places(number(second), 0, first, mrWritten(first, second), bits);
      case SHIFT -> new Places(op.digit, number(first), second, written(first), bits);
    };
  }

  private static int vectorBits(
      VectorOp op, Operand first, Operand second, @Nullable Operand third) {
    if (op.tuple.isScalar() && !op.isBroadcast()) {
      return 128;
    }
    int widest = widest(first, second, third);
    // It halves: a vector of 512 bits in memory fills a target of 256, and so on.
    return op == VectorOp.VCVTNEPS2BF16 && second instanceof Mem ? 2 * widest : widest;
  }

  /// A store carries its mask on the register that it stores.
  private static Vec mrWritten(Operand target, Operand source) {
    return target instanceof Vec vec ? vec : written(source);
  }

  private static Operand nonNull(@Nullable Operand operand) {
    if (operand == null) {
      throw new IllegalArgumentException("an operand is missing");
    }
    return operand;
  }

  private static Vec written(Operand operand) {
    return switch (operand) {
      case Vec vec -> vec;
      case Mask _ -> Vec.xmm(0);
      case Mem _ -> throw new IllegalArgumentException("memory cannot stand here");
    };
  }

  private static int number(Operand operand) {
    return switch (operand) {
      case Vec vec -> vec.number();
      case Mask mask -> mask.number();
      case Mem _ -> throw new IllegalArgumentException("memory cannot stand here");
    };
  }

  private static int widest(Operand first, Operand second, @Nullable Operand third) {
    return Math.max(bits(first), Math.max(bits(second), third == null ? 0 : bits(third)));
  }

  private static int bits(Operand operand) {
    return operand instanceof Vec vec ? vec.bits() : 0;
  }

  private static boolean needsEvex(
      VectorOp op, Places places, Operand first, Operand second, @Nullable Operand third) {
    return places.vectorBits() == 512
        || places.written().mask() != 0
        || isHigh(first)
        || isHigh(second)
        || (third != null && isHigh(third))
        || (places.rm() instanceof Mem memory && memory.broadcast())
        || (op.form == Form.SHIFT && places.rm() instanceof Mem)
        || first instanceof Mask;
  }

  private static boolean isHigh(Operand operand) {
    return operand instanceof Vec vec && vec.number() > 15;
  }

  private void vex(VectorOp op, Places places) {
    int l = places.vectorBits() == 256 ? 1 : 0;
    int low = (~places.vvvv() & 15) << 3 | l << 2 | op.prefixBits();
    int r = places.reg() >> 3 & 1;
    int x = extension(places.rm(), 1);
    int b = extension(places.rm(), 0);
    if (x == 0 && b == 0 && op.w == 0 && op.map == 1) {
      code.emit(0xC5);
      code.emit((r ^ 1) << 7 | low);
    } else {
      code.emit(0xC4);
      code.emit((r ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | op.map);
      code.emit(op.w << 7 | low);
    }
    code.emit(op.opcode);
  }

  private void evex(VectorOp op, Places places) {
    int x = places.rm() instanceof Vec vec ? vec.number() >> 4 & 1 : extension(places.rm(), 1);
    int b = extension(places.rm(), 0);
    int broadcast = places.rm() instanceof Mem memory && memory.broadcast() ? 1 : 0;
    if (broadcast == 1 && !op.tuple.broadcasts()) {
      throw new IllegalArgumentException(op + " cannot broadcast from memory");
    }
    int length = places.vectorBits() == 512 ? 2 : places.vectorBits() == 256 ? 1 : 0;
    Vec written = places.written();
    int zeroing = written.mask() != 0 && written.masking() == Vec.Masking.ZERO ? 1 : 0;
    code.emit(0x62);
    code.emit(
        (places.reg() >> 3 & 1 ^ 1) << 7
            | (x ^ 1) << 6
            | (b ^ 1) << 5
            | (places.reg() >> 4 & 1 ^ 1) << 4
            | op.map);
    code.emit(op.evexW << 7 | (~places.vvvv() & 15) << 3 | 1 << 2 | op.prefixBits());
    code.emit(
        zeroing << 7
            | length << 5
            | broadcast << 4
            | (places.vvvv() >> 4 & 1 ^ 1) << 3
            | written.mask());
    code.emit(op.opcode);
  }

  /// @param tuple what a short displacement counts; null for bytes
  private void operand(Places places, int immediate, @Nullable Tuple tuple) {
    switch (places.rm()) {
      case Vec vec -> addresses.register(places.reg(), vec.number());
      case Mask mask -> addresses.register(places.reg(), mask.number());
      case Mem memory -> {
        int unit = tuple == null ? 1 : tuple.unit(places.vectorBits() / 8, memory.broadcast());
        addresses.memory(places.reg(), memory, unit, immediate == NO_IMMEDIATE ? 0 : 1);
      }
    }
  }

  /// Bit 3 of the base (0) or of the index (1).
  private static int extension(Operand operand, int which) {
    return switch (operand) {
      case Vec vec -> which == 0 ? vec.number() >> 3 & 1 : 0;
      case Mask _ -> 0;
      case Mem memory -> {
        Gp register = which == 0 ? memory.base() : memory.index();
        yield register == null ? 0 : register.number() >> 3;
      }
    };
  }
}
