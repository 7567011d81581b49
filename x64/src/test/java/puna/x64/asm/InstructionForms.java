package puna.x64.asm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import puna.x64.asm.VectorOp.Form;
import puna.x64.asm.VectorOp.Set;
import puna.x64.asm.VectorOp.Tuple;

/// Instructions in Intel's syntax, as GNU `as` reads them: every operation of `VectorOp` and every
/// other instruction of the assembler, with operands that a `Picker` chooses.
final class InstructionForms {
  private static final int[] REGISTERS = {0, 16, 8, 31, 5, 23, 15};
  private static final int[] LOW_REGISTERS = {0, 8, 5, 15};
  private static final String[] GENERAL = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
    "r14", "r15"
  };
  private static final String[] HALVES = {
    "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d",
    "r13d", "r14d", "r15d"
  };
  private static final Map<Integer, String> SIZES =
      Map.of(
          1, "byte", 2, "word", 4, "dword", 8, "qword", 16, "xmmword", 32, "ymmword", 64,
          "zmmword");

  private static final Pattern PLACE = Pattern.compile("\\b[RrMTXVKtBCIUSL]\\b");

  /// The other instructions: R and r stand for a general register of 64 and 32 bits, M for memory,
  /// T for memory with an index, X, V for vectors of 128 and of any bits, K for a mask, t for a
  /// tile, B for a byte, I for 32 bits.
  static final List<String> OTHERS =
      List.of(
          "mov R, R",
          "mov R, qword ptr M",
          "mov qword ptr M, R",
          "mov r, dword ptr M",
          "mov dword ptr M, r",
          "mov r, U",
          "mov R, -S",
          "movabs R, L",
          "movsxd R, dword ptr M",
          "lea R, M",
          "add R, R",
          "or R, R",
          "adc R, R",
          "sbb R, R",
          "and R, R",
          "sub R, R",
          "xor R, R",
          "cmp R, R",
          "add R, qword ptr M",
          "or R, qword ptr M",
          "and R, qword ptr M",
          "sub R, qword ptr M",
          "cmp R, qword ptr M",
          "add R, B",
          "add rax, I",
          "add R, I",
          "and R, I",
          "and R, B",
          "sub R, I",
          "sub R, B",
          "cmp R, I",
          "cmp R, B",
          "or R, B",
          "xor R, I",
          "test R, R",
          "imul R, R",
          "imul R, qword ptr M",
          "imul R, R, B",
          "imul R, R, I",
          "shl R, C",
          "shr R, C",
          "sar R, C",
          "shl R, 1",
          "shr R, 1",
          "sar R, 1",
          "xor SAME",
          "cmovo R, R",
          "cmovae R, R",
          "cmove R, R",
          "cmovne R, R",
          "cmova R, R",
          "cmovl R, R",
          "cmovge R, R",
          "cmovg R, R",
          "push R",
          "pop R",
          "ret",
          "cpuid",
          "xgetbv",
          "vzeroupper",
          "prefetchnta byte ptr M",
          "prefetcht0 byte ptr M",
          "prefetcht1 byte ptr M",
          "prefetcht2 byte ptr M",
          "ldtilecfg M",
          "tilerelease",
          "tilezero t",
          "tileloadd t, T",
          "tileloaddt1 t, T",
          "tilestored T, t",
          "tdpbf16ps TTT",
          "tdpbssd TTT",
          "tdpbsud TTT",
          "kmovw K, r",
          "kmovw r, K",
          "kmovd K, r",
          "kmovq K, R",
          "kmovw K, word ptr M",
          "kmovd K, dword ptr M",
          "kmovq K, qword ptr M",
          "vpbroadcastd V, r",
          "vpbroadcastb V, r",
          "vmovd X, r",
          "vmovd r, X",
          "jmp J",
          "jo J",
          "jno J",
          "jb J",
          "jae J",
          "je J",
          "jne J",
          "jbe J",
          "ja J",
          "js J",
          "jns J",
          "jp J",
          "jnp J",
          "jl J",
          "jge J",
          "jle J",
          "jg J");

  private final Picker picker;

  /// Chooses one of `count` possibilities.
  @FunctionalInterface
  interface Picker {
    int pick(String what, int count);
  }

  /// What stands in the last place.
  enum Source {
    REGISTER,
    MEMORY,
    BROADCAST
  }

  /// Which encoding the operands ask for.
  enum Encoding {
    VEX,
    EVEX
  }

  /// One way to write an operation.
  record Shape(VectorOp op, int bits, Source source, Encoding encoding) {}

  InstructionForms(Picker picker) {
    this.picker = picker;
  }

  /// Every way in which an operation may be written.
  static List<Shape> shapes(VectorOp op) {
    List<Shape> shapes = new ArrayList<>();
    for (int bits = 128; bits <= 512; bits *= 2) {
      for (Source source : Source.values()) {
        for (Encoding encoding : Encoding.values()) {
          Shape shape = new Shape(op, bits, source, encoding);
          if (exists(shape)) {
            shapes.add(shape);
          }
        }
      }
    }
    return shapes;
  }

  private static boolean exists(Shape shape) {
    VectorOp op = shape.op();
    boolean memory = shape.source() != Source.REGISTER;
    if (!OperandRules.allowsBits(op, shape.bits())
        || (memory ? !OperandRules.allowsMemory(op) : !OperandRules.allowsRegisters(op))) {
      return false;
    }
    if (op.form == Form.MR && !memory && op.name().endsWith("_STORE")) {
      return false; // the load's encoding, as GNU as chooses
    }
    if (shape.source() == Source.BROADCAST && !op.tuple.broadcasts()) {
      return false;
    }
    if (op == VectorOp.VCVTNEPS2BF16 && memory && shape.bits() == 128) {
      return false; // 256 bits are read for a target of 128
    }
    if ((op == VectorOp.VMOVQ || op == VectorOp.VMOVQ_STORE)
        && memory
        && shape.encoding() == Encoding.EVEX) {
      return false; // it has two encodings, and GNU as takes the other one
    }
    boolean needsEvex =
        shape.bits() == 512
            || shape.source() == Source.BROADCAST
            || (op.form == Form.SHIFT && memory);
    return shape.encoding() == Encoding.EVEX ? op.set != Set.VEX : op.set != Set.EVEX && !needsEvex;
  }

  /// One instruction of this shape.
  String text(Shape shape) {
    VectorOp op = shape.op();
    List<String> operands = new ArrayList<>();
    boolean evex = shape.encoding() == Encoding.EVEX;
    String other = source(shape);
    if (op == VectorOp.VMASKMOVPS_STORE) {
      operands.add(other);
      operands.add(vector(shape.bits(), false));
      operands.add(vector(shape.bits(), false));
    } else if (op.form == Form.MR) {
      operands.add(other + (evex ? mask(shape) : ""));
      operands.add(vector(shape.bits(), evex));
    } else {
      operands.add(target(shape) + (evex ? mask(shape) : ""));
      if (op.form == Form.RVM) {
        operands.add(vector(shape.bits(), evex));
      }
      operands.add(other);
    }
    if (OperandRules.takesImmediate(op)) {
      operands.add("0x%x".formatted(picker.pick("immediate", 256)));
    }
    // Without it GNU as swaps registers where that makes an instruction shorter.
    String load = op.form != Form.MR && shape.source() == Source.REGISTER ? "{load} " : "";
    return load + name(op) + " " + String.join(", ", operands);
  }

  /// What GNU as calls an operation, with what it must be told to take the same encoding.
  static String name(VectorOp op) {
    String name = op.name().toLowerCase(Locale.ROOT).replace("_store", "");
    return name.endsWith("_vex") ? "{vex} " + name.replace("_vex", "") : name;
  }

  private String target(Shape shape) {
    boolean evex = shape.encoding() == Encoding.EVEX;
    if (shape.op() == VectorOp.VCMPPS && evex) {
      return "k" + picker.pick("mask register", 8);
    }
    int bits =
        shape.op() == VectorOp.VCVTNEPS2BF16 ? Math.max(128, shape.bits() / 2) : shape.bits();
    return vector(bits, evex);
  }

  private String mask(Shape shape) {
    VectorOp op = shape.op();
    if (!OperandRules.allowsMask(op) || op == VectorOp.VCMPPS || picker.pick("masked", 3) == 0) {
      return "";
    }
    boolean zeroes = !(op.form == Form.MR && shape.source() != Source.REGISTER);
    String zeroing = zeroes && picker.pick("zeroing", 2) == 1 ? "{z}" : "";
    return "{k" + (1 + picker.pick("mask", 7)) + "}" + zeroing;
  }

  private String source(Shape shape) {
    Tuple tuple = shape.op().tuple;
    int unit = tuple.unit(shape.bits() / 8, false);
    return switch (shape.source()) {
      case REGISTER ->
          vector(Math.max(128, Math.min(8 * unit, 512)), shape.encoding() == Encoding.EVEX);
      case MEMORY -> SIZES.get(unit) + " ptr " + memory(unit);
      case BROADCAST -> {
        int element = tuple.unit(shape.bits() / 8, true);
        yield "%s ptr %s{1to%d}"
            .formatted(SIZES.get(element), memory(element), shape.bits() / 8 / element);
      }
    };
  }

  private String vector(int bits, boolean high) {
    int number =
        high
            ? REGISTERS[picker.pick("register", REGISTERS.length)]
            : LOW_REGISTERS[picker.pick("low register", LOW_REGISTERS.length)];
    return (bits == 128 ? "xmm" : bits == 256 ? "ymm" : "zmm") + number;
  }

  /// @param unit what a short displacement may count
  private String memory(int unit) {
    int[] displacements = {0, unit, -128 * unit, 127 * unit, 128 * unit, 1, -4, 0x12345};
    if (picker.pick("relative", 11) == 10) {
      return "[rip+0x%x]".formatted(16 * (1 + picker.pick("distance", 9)));
    }
    String index = picker.pick("indexed", 2) == 0 ? "" : index();
    int displacement = displacements[picker.pick("displacement", displacements.length)];
    return "[%s%s%s]"
        .formatted(GENERAL[picker.pick("base", 16)], index, displacement(displacement));
  }

  private String index() {
    int register = picker.pick("index", 15);
    return "+%s*%d"
        .formatted(GENERAL[register < 4 ? register : register + 1], 1 << picker.pick("scale", 4));
  }

  private static String displacement(int value) {
    return value == 0 ? "" : value < 0 ? "-0x%x".formatted(-value) : "+0x%x".formatted(value);
  }

  /// One instruction of a pattern of `OTHERS`.
  String other(String pattern) {
    if (pattern.endsWith(" J")) {
      return jump(pattern.substring(0, pattern.length() - 1));
    }
    String same = pattern.endsWith("SAME") ? HALVES[picker.pick("general", 16)] : "";
    String tiles = pattern.endsWith("TTT") ? tiles() : "";
    return PLACE
        .matcher(pattern.replace("SAME", same + ", " + same).replace("TTT", tiles))
        .replaceAll(place -> field(place.group().charAt(0)));
  }

  private String jump(String name) {
    return switch (picker.pick("jump", 4)) {
      case 0 -> name + ".-0x" + Integer.toHexString(picker.pick("short jump", 127));
      case 1 -> name + ".-0x" + Integer.toHexString(127 + picker.pick("near jump", 300));
      default ->
          "{disp32} " + name + ".+0x" + Integer.toHexString(6 + picker.pick("forward jump", 300));
    };
  }

  /// Three different tiles.
  private String tiles() {
    int first = picker.pick("tile", 8);
    int step = 1 + picker.pick("tile step", 3);
    return "tmm%d, tmm%d, tmm%d".formatted(first, (first + step) & 7, (first + 2 * step) & 7);
  }

  private String field(char kind) {
    return switch (kind) {
      case 'R' -> GENERAL[picker.pick("general", 16)];
      case 'r' -> HALVES[picker.pick("general", 16)];
      case 'M' -> memory(1);
      case 'T' ->
          "[%s%s%s]"
              .formatted(
                  GENERAL[picker.pick("base", 16)],
                  index(),
                  displacement(64 * picker.pick("displacement", 8)));
      case 'X' -> "xmm" + picker.pick("low vector", 16);
      case 'V' -> vector(128 << picker.pick("bits", 3), true);
      case 'K' -> "k" + picker.pick("mask register", 8);
      case 't' -> "tmm" + picker.pick("tile", 8);
      case 'B' -> String.valueOf(picker.pick("byte", 256) - 128);
      case 'C' -> String.valueOf(2 + picker.pick("count", 62));
      case 'I' -> "0x%x".formatted(0x80 + picker.pick("int", 0x7FFF_0000));
      case 'U' -> "0x%x".formatted(1 + 2L * picker.pick("unsigned int", 0x7FFF_FFFF));
      case 'S' -> "0x%x".formatted(1 + picker.pick("int", 0x7FFF_FFFF));
      case 'L' ->
          "0x%x".formatted(0x1_2345_6789L + ((long) picker.pick("long", 0x7FFF_FFFF) << 31));
      default -> String.valueOf(kind);
    };
  }
}
