package puna.x64.interpret;

import static puna.x64.interpret.Operation.ANY;
import static puna.x64.interpret.Operation.SCALAR;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import puna.x64.interpret.Operation.Effect;
import puna.x64.interpret.Operation.Operands;

/// The vector instructions that the interpreter knows, by the numbers of their encodings (Intel's
/// manual, volume 2): those of the kernels for AVX2 and AVX-VNNI that multiply weights and convert
/// activations.
final class VectorTable {
  private static final int P66 = 1;
  private static final int PF3 = 2;

  private final Map<Integer, Operation> table = new HashMap<>();

  private VectorTable() {}

  static Map<Integer, Operation> all() {
    VectorTable made = new VectorTable();
    made.moves();
    made.logic();
    made.integers();
    made.products();
    made.shifts();
    made.shuffles();
    made.floats();
    made.conversions();
    return Map.copyOf(made.table);
  }

  private void moves() {
    Effect copy =
        (target, _, second, with) -> {
          for (int i = 0; i < with.bytes(); i++) {
            target.octet(i, second.octet(i));
          }
        };
    Effect broadcast =
        (target, _, second, with) -> {
          for (int i = 0; i < with.dwords(); i++) {
            target.dword(i, second.dword(0));
          }
        };
    put(1, 0, 0x10, new Operation(Operands.TWO, ANY, 1, copy)); // vmovups
    put(1, 0, 0x11, new Operation(Operands.STORE, ANY, 1, copy));
    put(1, PF3, 0x6F, new Operation(Operands.TWO, ANY, 1, copy)); // vmovdqu
    put(1, PF3, 0x7F, new Operation(Operands.STORE, ANY, 1, copy));
    put(1, PF3, 0x11, new Operation(Operands.STORE, ANY, SCALAR, copy)); // vmovss
    put(1, P66, 0x7E, new Operation(Operands.STORE, 0, SCALAR, copy)); // vmovd
    put(2, P66, 0x18, new Operation(Operands.TWO, 0, SCALAR, broadcast)); // vbroadcastss
    put(2, P66, 0x58, new Operation(Operands.TWO, 0, SCALAR, broadcast)); // vpbroadcastd
  }

  private void logic() {
    put(1, 0, 0x54, three(dwords((a, b) -> a & b))); // vandps
    put(1, 0, 0x57, three(dwords((a, b) -> a ^ b))); // vxorps
    put(1, P66, 0xDB, three(dwords((a, b) -> a & b))); // vpand
    put(1, P66, 0xEB, three(dwords((a, b) -> a | b))); // vpor
    put(1, P66, 0xEF, three(dwords((a, b) -> a ^ b))); // vpxor
    put(1, P66, 0x74, three(octets((a, b) -> a == b ? -1 : 0))); // vpcmpeqb
    put(1, P66, 0x76, three(dwords((a, b) -> a == b ? -1 : 0))); // vpcmpeqd
  }

  private void integers() {
    put(1, P66, 0xFD, three(words(Integer::sum))); // vpaddw
    put(1, P66, 0xFE, three(dwords(Integer::sum))); // vpaddd
    put(1, P66, 0xF9, three(words((a, b) -> a - b))); // vpsubw
    put(1, P66, 0xFA, three(dwords((a, b) -> a - b))); // vpsubd
    put(2, P66, 0x3D, three(dwords(Math::max))); // vpmaxsd
    put(2, P66, 0x08, three(octets((a, b) -> a * Integer.signum(b)))); // vpsignb
    put(
        2,
        P66,
        0x1C,
        two((target, _, second, with) -> { // vpabsb
          for (int i = 0; i < with.bytes(); i++) {
            target.octet(i, Math.abs(second.octet(i)));
          }
        }));
  }

  private void products() {
    put(2, P66, 0x04, three(Products::pairsOfBytes)); // vpmaddubsw
    put(1, P66, 0xF5, three(Products::pairsOfWords)); // vpmaddwd
    put(2, P66, 0x50, new Operation(Operands.THREE, 0, 1, Products::addQuadsOfBytes)); // vpdpbusd
    put(2, P66, 0x52, new Operation(Operands.THREE, 0, 1, Products::addPairsOfWords)); // vpdpwssd
  }

  private void shifts() {
    shift(0x71, 2, 16, (a, count) -> (a & 0xFFFF) >>> count); // vpsrlw
    shift(0x71, 4, 16, (a, count) -> a >> count); // vpsraw
    shift(0x71, 6, 16, (a, count) -> a << count); // vpsllw
    shift(0x72, 2, 32, (a, count) -> a >>> count); // vpsrld
    shift(0x72, 4, 32, (a, count) -> a >> count); // vpsrad
    shift(0x72, 6, 32, (a, count) -> a << count); // vpslld
  }

  private void shift(int opcode, int digit, int bits, IntBinaryOperator operator) {
    Effect effect =
        (target, _, second, with) -> {
          if (with.immediate() >= bits) {
            throw new IllegalStateException("a shift of %s bits by all".formatted(bits));
          }
          for (int i = 0; i < with.bytes() * 8 / bits; i++) {
            if (bits == 16) {
              target.word(i, operator.applyAsInt(second.word(i), with.immediate()));
            } else {
              target.dword(i, operator.applyAsInt(second.dword(i), with.immediate()));
            }
          }
        };
    table.put(VectorUnit.key(1, P66, opcode, digit), new Operation(Operands.SHIFT, ANY, 1, effect));
  }

  private void shuffles() {
    put(2, P66, 0x00, three(Shuffles::bytes)); // vpshufb
    put(1, P66, 0x70, two(Shuffles::dwordsOfHalves)); // vpshufd
    put(2, P66, 0x36, new Operation(Operands.THREE, 0, 1, Shuffles::dwords)); // vpermd
    put(3, P66, 0x00, new Operation(Operands.TWO, 1, 1, Shuffles::qwords)); // vpermq
    put(3, P66, 0x46, new Operation(Operands.THREE, 0, 1, Shuffles::halves)); // vperm2i128
    put(1, P66, 0x6B, three(Shuffles::packWords)); // vpackssdw
    put(1, P66, 0x63, three(Shuffles::packBytes)); // vpacksswb
  }

  private void floats() {
    put(1, 0, 0x58, three(singles((_, a, b) -> a + b))); // vaddps
    put(1, 0, 0x5C, three(singles((_, a, b) -> a - b))); // vsubps
    put(1, 0, 0x59, three(singles((_, a, b) -> a * b))); // vmulps
    put(1, 0, 0x5E, three(singles((_, a, b) -> a / b))); // vdivps
    put(1, 0, 0x5F, three(singles((_, a, b) -> a > b ? a : b))); // vmaxps
    fused(0xA8, (target, a, b) -> Math.fma(a, target, b)); // vfmadd213ps
    fused(0xB8, (target, a, b) -> Math.fma(a, b, target)); // vfmadd231ps
    fused(0xBC, (target, a, b) -> Math.fma(-a, b, target)); // vfnmadd231ps
  }

  private void fused(int opcode, SingleOperator operator) {
    put(2, P66, opcode, new Operation(Operands.THREE, 0, 1, singles(operator)));
  }

  private void conversions() {
    put(
        1,
        0,
        0x5B,
        two((target, _, second, with) -> { // vcvtdq2ps
          for (int i = 0; i < with.dwords(); i++) {
            target.single(i, second.dword(i));
          }
        }));
    put(
        1,
        P66,
        0x5B,
        two((target, _, second, with) -> { // vcvtps2dq
          for (int i = 0; i < with.dwords(); i++) {
            double rounded = Math.rint(second.single(i));
            boolean fits = rounded >= Integer.MIN_VALUE && rounded <= Integer.MAX_VALUE;
            target.dword(i, fits ? (int) rounded : Integer.MIN_VALUE);
          }
        }));
    put(
        2,
        P66,
        0x13,
        new Operation(
            Operands.TWO,
            0,
            2,
            (target, _, second, with) -> {
              for (int i = with.dwords() - 1; i >= 0; i--) { // vcvtph2ps
                target.single(i, Float.float16ToFloat(second.word(i)));
              }
            }));
    put(2, P66, 0x21, quarter(octet -> octet)); // vpmovsxbd
    put(2, P66, 0x31, quarter(octet -> octet & 0xFF)); // vpmovzxbd
  }

  private static Operation quarter(IntUnaryOperator operator) {
    return new Operation(
        Operands.TWO,
        ANY,
        4,
        (target, _, second, with) -> {
          for (int i = 0; i < with.dwords(); i++) {
            target.dword(i, operator.applyAsInt(second.octet(i)));
          }
        });
  }

  private void put(int map, int prefix, int opcode, Operation operation) {
    table.put(VectorUnit.key(map, prefix, opcode, 0), operation);
  }

  private static Operation two(Effect effect) {
    return new Operation(Operands.TWO, ANY, 1, effect);
  }

  private static Operation three(Effect effect) {
    return new Operation(Operands.THREE, ANY, 1, effect);
  }

  private static Effect octets(IntBinaryOperator operator) {
    return (target, left, right, with) -> {
      for (int i = 0; i < with.bytes(); i++) {
        target.octet(i, operator.applyAsInt(left.octet(i), right.octet(i)));
      }
    };
  }

  private static Effect words(IntBinaryOperator operator) {
    return (target, left, right, with) -> {
      for (int i = 0; i < with.words(); i++) {
        target.word(i, operator.applyAsInt(left.word(i), right.word(i)));
      }
    };
  }

  private static Effect dwords(IntBinaryOperator operator) {
    return (target, left, right, with) -> {
      for (int i = 0; i < with.dwords(); i++) {
        target.dword(i, operator.applyAsInt(left.dword(i), right.dword(i)));
      }
    };
  }

  /// What becomes of one lane of the target and the sources.
  @FunctionalInterface
  private interface SingleOperator {
    float apply(float target, float left, float right);
  }

  private static Effect singles(SingleOperator operator) {
    return (target, left, right, with) -> {
      for (int i = 0; i < with.dwords(); i++) {
        target.single(i, operator.apply(target.single(i), left.single(i), right.single(i)));
      }
    };
  }

  /// The nearest number from `−most − 1` to `most`.
  static int saturated(int value, int most) {
    return Math.clamp(value, -most - 1, most);
  }
}
