package puna.x64.asm;

import java.util.ArrayList;
import java.util.List;

/// Turns instructions into bytes and nothing else. Operands are in Intel's order: target first.
public final class Assembler extends MaskAndTileInstructions {
  private static final int NOP = 0x90;
  private static final int CONSTANT_ALIGNMENT = 64;

  private final VectorEncoder vectors = new VectorEncoder(code);
  private final List<Constant> constants = new ArrayList<>();

  private record Constant(Label label, byte[] bytes) {}

  /// The operations of general registers that take two operands, by their number in the encoding.
  public enum Alu {
    ADD(0),
    OR(1),
    ADC(2),
    SBB(3),
    AND(4),
    SUB(5),
    XOR(6),
    CMP(7);

    private final int number;

    Alu(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  /// The conditions of jumps, by their number in the encoding.
  public enum Condition {
    OVERFLOW(0),
    NO_OVERFLOW(1),
    BELOW(2),
    ABOVE_OR_EQUAL(3),
    EQUAL(4),
    NOT_EQUAL(5),
    BELOW_OR_EQUAL(6),
    ABOVE(7),
    NEGATIVE(8),
    NOT_NEGATIVE(9),
    PARITY(10),
    NO_PARITY(11),
    LESS(12),
    GREATER_OR_EQUAL(13),
    LESS_OR_EQUAL(14),
    GREATER(15);

    private final int number;

    Condition(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  /// Where the processor should bring a line to.
  public enum Hint {
    NON_TEMPORAL(0),
    ALL_LEVELS(1),
    SECOND_LEVEL(2),
    THIRD_LEVEL(3);

    private final int number;

    Hint(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

  // ---- vector instructions

  /// An instruction with two operands.
  public void emit(VectorOp op, Operand target, Operand source) {
    vectors.encode(op, VectorEncoder.NO_IMMEDIATE, target, source, null);
  }

  /// An instruction with two operands and an immediate.
  public void emit(VectorOp op, Operand target, Operand source, int immediate) {
    vectors.encode(op, octet(immediate), target, source, null);
  }

  /// An instruction with three operands.
  public void emit(VectorOp op, Operand target, Operand left, Operand right) {
    vectors.encode(op, VectorEncoder.NO_IMMEDIATE, target, left, right);
  }

  /// An instruction with three operands and an immediate.
  public void emit(VectorOp op, Operand target, Operand left, Operand right, int immediate) {
    vectors.encode(op, octet(immediate), target, left, right);
  }

  private static int octet(int immediate) {
    if (immediate < -128 || immediate > 255) {
      throw new IllegalArgumentException("an immediate has 8 bits, found " + immediate);
    }
    return immediate & 0xFF;
  }

  /// `vpbroadcastd target, r32`.
  public void broadcast32(Vec target, Gp source) {
    evexFromGeneral(target, source, 0x7C, 0);
  }

  /// `vpbroadcastb target, r8`.
  public void broadcast8(Vec target, Gp source) {
    evexFromGeneral(target, source, 0x7A, 0);
  }

  private void evexFromGeneral(Vec target, Gp source, int opcode, int w) {
    int length = target.bits() == 512 ? 2 : target.bits() == 256 ? 1 : 0;
    code.emit(0x62);
    code.emit(
        (target.number() >> 3 & 1 ^ 1) << 7
            | 1 << 6
            | (source.number() >> 3 ^ 1) << 5
            | (target.number() >> 4 & 1 ^ 1) << 4
            | 2);
    code.emit(w << 7 | 15 << 3 | 1 << 2 | 1);
    code.emit(length << 5 | 1 << 3);
    code.emit(opcode);
    addresses.register(target.number(), source.number());
  }

  /// `vmovd xmm, r32`: the low lane from a general register, the others zero.
  public void moveToVector(Vec target, Gp source) {
    prefixes.vex(target.number(), 0, source.number(), new PrefixEncoder.Vex(1, 1, 0, 0));
    code.emit(0x6E);
    addresses.register(target.number(), source.number());
  }

  /// `vmovd r32, xmm`.
  public void moveFromVector(Gp target, Vec source) {
    prefixes.vex(source.number(), 0, target.number(), new PrefixEncoder.Vex(1, 1, 0, 0));
    code.emit(0x7E);
    addresses.register(source.number(), target.number());
  }

  public void vzeroupper() {
    code.emit(new byte[] {(byte) 0xC5, (byte) 0xF8, 0x77});
  }

  // ---- places

  /// Names the next instruction.
  public void bind(Label label) {
    label.bind(code.size());
  }

  /// Fills with no-ops up to a multiple of `alignment`.
  public void align(int alignment) {
    if (alignment < 1) {
      throw new IllegalArgumentException("an alignment is 1 or more, found " + alignment);
    }
    code.align(alignment, NOP);
  }

  /// Jumps: in two bytes to a label close behind, else in five.
  public void jmp(Label target) {
    if (isShort(target)) {
      code.emit(0xEB);
      code.emit(target.position() - code.size() - 1);
    } else {
      code.emit(0xE9);
      code.emitDistance(target, 0);
    }
  }

  /// Jumps if the condition holds: in two bytes to a label close behind, else in six.
  public void jump(Condition condition, Label target) {
    if (isShort(target)) {
      code.emit(0x70 | condition.number());
      code.emit(target.position() - code.size() - 1);
    } else {
      code.emit(0x0F);
      code.emit(0x80 | condition.number());
      code.emitDistance(target, 0);
    }
  }

  private boolean isShort(Label target) {
    return target.position() != Label.UNBOUND && target.position() - (code.size() + 2) >= -128;
  }

  /// An operand that holds `bytes`; they are placed behind the code, aligned to 64 bytes.
  public Mem constant(byte[] bytes) {
    Label label = new Label();
    constants.add(new Constant(label, bytes.clone()));
    return Mem.at(label);
  }

  /// Bytes so far.
  public int size() {
    return code.size();
  }

  /// The code and its constants.
  ///
  /// @throws IllegalStateException when a label was never bound
  public byte[] finish() {
    for (Constant constant : constants) {
      code.align(CONSTANT_ALIGNMENT, NOP);
      constant.label().bind(code.size());
      code.emit(constant.bytes());
    }
    constants.clear();
    return code.finish();
  }
}
