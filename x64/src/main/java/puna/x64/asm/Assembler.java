package puna.x64.asm;

import java.util.ArrayList;
import java.util.List;

/// Turns instructions into bytes and nothing else. Operands are in Intel's order: target first.
public final class Assembler {
  private static final int NOP = 0x90;
  private static final int CONSTANT_ALIGNMENT = 64;

  private final CodeBuffer code = new CodeBuffer();
  private final VectorEncoder vectors = new VectorEncoder(code);
  private final AddressEncoder addresses = new AddressEncoder(code);
  private final List<Constant> constants = new ArrayList<>();

  private record Constant(Label label, byte[] bytes) {}

  /// The operations of general registers that take two operands, by their number in the encoding.
  public enum Alu {
    ADD,
    OR,
    ADC,
    SBB,
    AND,
    SUB,
    XOR,
    CMP
  }

  /// The conditions of jumps, by their number in the encoding.
  public enum Condition {
    OVERFLOW,
    NO_OVERFLOW,
    BELOW,
    ABOVE_OR_EQUAL,
    EQUAL,
    NOT_EQUAL,
    BELOW_OR_EQUAL,
    ABOVE,
    NEGATIVE,
    NOT_NEGATIVE,
    PARITY,
    NO_PARITY,
    LESS,
    GREATER_OR_EQUAL,
    LESS_OR_EQUAL,
    GREATER
  }

  /// Where the processor should bring a line to.
  public enum Hint {
    NON_TEMPORAL,
    ALL_LEVELS,
    SECOND_LEVEL,
    THIRD_LEVEL
  }

  // ---- vector instructions

  /// An instruction with two operands.
  public void emit(VectorOp op, Operand target, Operand source) {
    vectors.encode(op, VectorEncoder.NO_IMMEDIATE, target, source, null);
  }

  /// An instruction with two operands and an immediate.
  public void emit(VectorOp op, Operand target, Operand source, int immediate) {
    vectors.encode(op, immediate & 0xFF, target, source, null);
  }

  /// An instruction with three operands.
  public void emit(VectorOp op, Operand target, Operand first, Operand second) {
    vectors.encode(op, VectorEncoder.NO_IMMEDIATE, target, first, second);
  }

  /// An instruction with three operands and an immediate.
  public void emit(VectorOp op, Operand target, Operand first, Operand second, int immediate) {
    vectors.encode(op, immediate & 0xFF, target, first, second);
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
    vex(target.number(), 0, source.number(), new Vex(1, 1, 0, 0));
    code.emit(0x6E);
    addresses.register(target.number(), source.number());
  }

  /// `vmovd r32, xmm`.
  public void moveFromVector(Gp target, Vec source) {
    vex(source.number(), 0, target.number(), new Vex(1, 1, 0, 0));
    code.emit(0x7E);
    addresses.register(source.number(), target.number());
  }

  public void vzeroupper() {
    code.emit(new byte[] {(byte) 0xC5, (byte) 0xF8, 0x77});
  }

  /// `kmovw k, r32`.
  public void kmovw(Mask target, Gp source) {
    kmov(target.number(), source.number(), 0, 0, 0x92);
  }

  /// `kmovd k, r32`.
  public void kmovd(Mask target, Gp source) {
    kmov(target.number(), source.number(), 3, 0, 0x92);
  }

  /// `kmovq k, r64`.
  public void kmovq(Mask target, Gp source) {
    kmov(target.number(), source.number(), 3, 1, 0x92);
  }

  private void kmov(int reg, int rm, int prefixBits, int w, int opcode) {
    vex(reg, 0, rm, new Vex(1, prefixBits, w, 0));
    code.emit(opcode);
    addresses.register(reg, rm);
  }

  /// `kmovw k, m16`.
  public void kmovw(Mask target, Mem source) {
    kmovFromMemory(target, source, 0, 0);
  }

  /// `kmovd k, m32`.
  public void kmovd(Mask target, Mem source) {
    kmovFromMemory(target, source, 1, 1);
  }

  /// `kmovq k, m64`.
  public void kmovq(Mask target, Mem source) {
    kmovFromMemory(target, source, 0, 1);
  }

  private void kmovFromMemory(Mask target, Mem source, int prefixBits, int w) {
    vexMemory(target.number(), source, new Vex(1, prefixBits, w, 0));
    code.emit(0x90);
    addresses.memory(target.number(), source, 1, 0);
  }

  // ---- tiles

  public void ldtilecfg(Mem configuration) {
    vexMemory(0, configuration, new Vex(2, 0, 0, 0));
    code.emit(0x49);
    addresses.memory(0, configuration, 1, 0);
  }

  public void tilerelease() {
    code.emit(new byte[] {(byte) 0xC4, (byte) 0xE2, 0x78, 0x49, (byte) 0xC0});
  }

  public void tilezero(Tile tile) {
    code.emit(new byte[] {(byte) 0xC4, (byte) 0xE2, 0x7B, 0x49});
    code.emit(0xC0 | tile.number() << 3);
  }

  /// Loads rows from `base`, one every `index` bytes.
  public void tileloadd(Tile tile, Mem rows) {
    tileMemory(tile, rows, 3);
  }

  public void tilestored(Mem rows, Tile tile) {
    tileMemory(tile, rows, 2);
  }

  private void tileMemory(Tile tile, Mem rows, int prefixBits) {
    if (rows.index() == null) {
      throw new IllegalArgumentException("a tile needs its row stride in the index register");
    }
    vexMemory(tile.number(), rows, new Vex(2, prefixBits, 0, 0));
    code.emit(0x4B);
    addresses.memory(tile.number(), rows, 1, 0);
  }

  /// `sum[m][n] += a[m][2k] · b[k][2n] + a[m][2k+1] · b[k][2n+1]` in bf16.
  public void tdpbf16ps(Tile sum, Tile a, Tile b) {
    tileProduct(sum, a, b, 2, 0x5C);
  }

  /// Signed bytes of `a` times signed bytes of `b`.
  public void tdpbssd(Tile sum, Tile a, Tile b) {
    tileProduct(sum, a, b, 3, 0x5E);
  }

  /// Signed bytes of `a` times unsigned bytes of `b`.
  public void tdpbsud(Tile sum, Tile a, Tile b) {
    tileProduct(sum, a, b, 2, 0x5E);
  }

  private void tileProduct(Tile sum, Tile a, Tile b, int prefixBits, int opcode) {
    vex(sum.number(), b.number(), a.number(), new Vex(2, prefixBits, 0, 0));
    code.emit(opcode);
    addresses.register(sum.number(), a.number());
  }

  // ---- general registers

  public void mov(Gp target, Gp source) {
    rex(1, source.number(), 0, target.number());
    code.emit(0x89);
    addresses.register(source.number(), target.number());
  }

  /// A constant, in the shortest form that sets all 64 bits.
  public void mov(Gp target, long value) {
    if (value >>> 32 == 0) {
      if (target.number() > 7) {
        code.emit(0x41);
      }
      code.emit(0xB8 | target.number() & 7);
      code.emitInt((int) value);
    } else if (value == (int) value) {
      rex(1, 0, 0, target.number());
      code.emit(0xC7);
      addresses.register(0, target.number());
      code.emitInt((int) value);
    } else {
      rex(1, 0, 0, target.number());
      code.emit(0xB8 | target.number() & 7);
      code.emitLong(value);
    }
  }

  /// 64 bits from memory.
  public void mov(Gp target, Mem source) {
    general(0x8B, 1, target, source);
  }

  /// 64 bits to memory.
  public void mov(Mem target, Gp source) {
    general(0x89, 1, source, target);
  }

  /// 32 bits from memory, the upper half zero.
  public void mov32(Gp target, Mem source) {
    general(0x8B, 0, target, source);
  }

  /// 32 bits to memory.
  public void mov32(Mem target, Gp source) {
    general(0x89, 0, source, target);
  }

  /// 32 bits from memory, with their sign.
  public void movsxd(Gp target, Mem source) {
    general(0x63, 1, target, source);
  }

  public void lea(Gp target, Mem source) {
    general(0x8D, 1, target, source);
  }

  private void general(int opcode, int w, Gp reg, Mem memory) {
    rexMemory(w, reg.number(), memory);
    code.emit(opcode);
    addresses.memory(reg.number(), memory, 1, 0);
  }

  public void alu(Alu operation, Gp target, Gp source) {
    rex(1, source.number(), 0, target.number());
    code.emit(operation.ordinal() << 3 | 1);
    addresses.register(source.number(), target.number());
  }

  public void alu(Alu operation, Gp target, Mem source) {
    general(operation.ordinal() << 3 | 3, 1, target, source);
  }

  public void alu(Alu operation, Gp target, int value) {
    rex(1, 0, 0, target.number());
    if (value == (byte) value) {
      code.emit(0x83);
      addresses.register(operation.ordinal(), target.number());
      code.emit(value);
    } else if (target == Gp.RAX) {
      code.emit(operation.ordinal() << 3 | 5);
      code.emitInt(value);
    } else {
      code.emit(0x81);
      addresses.register(operation.ordinal(), target.number());
      code.emitInt(value);
    }
  }

  public void add(Gp target, Gp source) {
    alu(Alu.ADD, target, source);
  }

  public void add(Gp target, int value) {
    alu(Alu.ADD, target, value);
  }

  public void add(Gp target, Mem source) {
    alu(Alu.ADD, target, source);
  }

  public void sub(Gp target, Gp source) {
    alu(Alu.SUB, target, source);
  }

  public void sub(Gp target, int value) {
    alu(Alu.SUB, target, value);
  }

  public void cmp(Gp first, Gp second) {
    alu(Alu.CMP, first, second);
  }

  public void cmp(Gp first, int value) {
    alu(Alu.CMP, first, value);
  }

  /// Zero, by the idiom that breaks dependencies.
  public void clear(Gp target) {
    if (target.number() > 7) {
      code.emit(0x45);
    }
    code.emit(0x31);
    addresses.register(target.number(), target.number());
  }

  public void test(Gp first, Gp second) {
    rex(1, second.number(), 0, first.number());
    code.emit(0x85);
    addresses.register(second.number(), first.number());
  }

  public void imul(Gp target, Gp source) {
    rex(1, target.number(), 0, source.number());
    code.emit(0x0F);
    code.emit(0xAF);
    addresses.register(target.number(), source.number());
  }

  public void imul(Gp target, Mem source) {
    rexMemory(1, target.number(), source);
    code.emit(0x0F);
    code.emit(0xAF);
    addresses.memory(target.number(), source, 1, 0);
  }

  public void imul(Gp target, Gp source, int value) {
    rex(1, target.number(), 0, source.number());
    boolean small = value == (byte) value;
    code.emit(small ? 0x6B : 0x69);
    addresses.register(target.number(), source.number());
    if (small) {
      code.emit(value);
    } else {
      code.emitInt(value);
    }
  }

  public void shl(Gp target, int bits) {
    shift(target, 4, bits);
  }

  public void shr(Gp target, int bits) {
    shift(target, 5, bits);
  }

  public void sar(Gp target, int bits) {
    shift(target, 7, bits);
  }

  private void shift(Gp target, int digit, int bits) {
    rex(1, 0, 0, target.number());
    code.emit(bits == 1 ? 0xD1 : 0xC1);
    addresses.register(digit, target.number());
    if (bits != 1) {
      code.emit(bits);
    }
  }

  /// The target becomes the source if the condition holds.
  public void cmov(Condition condition, Gp target, Gp source) {
    rex(1, target.number(), 0, source.number());
    code.emit(0x0F);
    code.emit(0x40 | condition.ordinal());
    addresses.register(target.number(), source.number());
  }

  public void push(Gp register) {
    if (register.number() > 7) {
      code.emit(0x41);
    }
    code.emit(0x50 | register.number() & 7);
  }

  public void pop(Gp register) {
    if (register.number() > 7) {
      code.emit(0x41);
    }
    code.emit(0x58 | register.number() & 7);
  }

  public void ret() {
    code.emit(0xC3);
  }

  public void cpuid() {
    code.emit(0x0F);
    code.emit(0xA2);
  }

  public void xgetbv() {
    code.emit(new byte[] {0x0F, 0x01, (byte) 0xD0});
  }

  public void prefetch(Hint hint, Mem memory) {
    rexMemory(0, 0, memory);
    code.emit(0x0F);
    code.emit(0x18);
    addresses.memory(hint.ordinal(), memory, 1, 0);
  }

  // ---- places

  /// Names the next instruction.
  public void bind(Label label) {
    label.bind(code.size());
  }

  /// Fills with no-ops up to a multiple of `alignment`.
  public void align(int alignment) {
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
      code.emit(0x70 | condition.ordinal());
      code.emit(target.position() - code.size() - 1);
    } else {
      code.emit(0x0F);
      code.emit(0x80 | condition.ordinal());
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

  // ---- prefixes

  private record Vex(int map, int prefixBits, int w, int l) {}

  private void vexMemory(int reg, Mem memory, Vex fields) {
    Gp index = memory.index();
    Gp base = memory.base();
    vex(reg, 0, index == null ? 0 : index.number(), base == null ? 0 : base.number(), fields);
  }

  private void vex(int reg, int vvvv, int rm, Vex fields) {
    vex(reg, vvvv, 0, rm, fields);
  }

  private void vex(int reg, int vvvv, int index, int rm, Vex fields) {
    int low = (~vvvv & 15) << 3 | fields.l() << 2 | fields.prefixBits();
    if (index < 8 && rm < 8 && fields.w() == 0 && fields.map() == 1) {
      code.emit(0xC5);
      code.emit((reg >> 3 ^ 1) << 7 | low);
    } else {
      code.emit(0xC4);
      code.emit((reg >> 3 ^ 1) << 7 | (index >> 3 ^ 1) << 6 | (rm >> 3 ^ 1) << 5 | fields.map());
      code.emit(fields.w() << 7 | low);
    }
  }

  private void rexMemory(int w, int reg, Mem memory) {
    Gp index = memory.index();
    Gp base = memory.base();
    rex(w, reg, index == null ? 0 : index.number(), base == null ? 0 : base.number());
  }

  private void rex(int w, int reg, int index, int base) {
    int rex = w << 3 | reg >> 3 << 2 | index >> 3 << 1 | base >> 3;
    if (rex != 0) {
      code.emit(0x40 | rex);
    }
  }
}
