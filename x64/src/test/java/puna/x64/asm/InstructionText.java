package puna.x64.asm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import puna.x64.asm.Assembler.Alu;
import puna.x64.asm.Assembler.Condition;
import puna.x64.asm.Assembler.Hint;

/// Reads an instruction in Intel's syntax and has the assembler make it.
final class InstructionText {
  private static final Pattern MEMORY =
      Pattern.compile("\\[(\\w+)(?:\\+(\\w+)\\*([1248]))?(?:([+-])0x([0-9a-f]+))?\\]");
  private static final Pattern VECTOR =
      Pattern.compile("([xyz])mm(\\d+)(?:\\{k(\\d)\\})?(\\{z\\})?");
  private static final Pattern STORE_MASK = Pattern.compile("\\]\\{k(\\d)\\}");
  private static final Map<String, Condition> CONDITIONS =
      Map.ofEntries(
          Map.entry("o", Condition.OVERFLOW), Map.entry("no", Condition.NO_OVERFLOW),
          Map.entry("b", Condition.BELOW), Map.entry("ae", Condition.ABOVE_OR_EQUAL),
          Map.entry("e", Condition.EQUAL), Map.entry("ne", Condition.NOT_EQUAL),
          Map.entry("be", Condition.BELOW_OR_EQUAL), Map.entry("a", Condition.ABOVE),
          Map.entry("s", Condition.NEGATIVE), Map.entry("ns", Condition.NOT_NEGATIVE),
          Map.entry("p", Condition.PARITY), Map.entry("np", Condition.NO_PARITY),
          Map.entry("l", Condition.LESS), Map.entry("ge", Condition.GREATER_OR_EQUAL),
          Map.entry("le", Condition.LESS_OR_EQUAL), Map.entry("g", Condition.GREATER));
  private static final Map<String, VectorOp> VECTOR_OPS =
      Arrays.stream(VectorOp.values())
          .collect(Collectors.toMap(op -> op.name().toLowerCase(Locale.ROOT), op -> op));

  private final Assembler asm = new Assembler();
  private final String name;
  private final List<String> operands = new ArrayList<>();
  private @Nullable Label relative; // where a RIP-relative operand points
  private int distance;

  private InstructionText(String text) {
    String plain = text.replaceFirst("^(\\{\\w+\\} )+", "");
    int space = plain.indexOf(' ');
    String mnemonic = space < 0 ? plain : plain.substring(0, space);
    name = text.contains("{vex} ") ? mnemonic + "_vex" : mnemonic;
    if (space >= 0) {
      operands.addAll(Arrays.asList(plain.substring(space + 1).split(", ")));
    }
  }

  /// The bytes that the assembler makes of it.
  static byte[] assemble(String text) {
    return new InstructionText(text).bytes();
  }

  private byte[] bytes() {
    if (!operands.isEmpty() && operands.getFirst().startsWith(".")) {
      return jump(Integer.decode(operands.getFirst().replace(".", "").replace("+", "")));
    }
    emit();
    int size = asm.size();
    if (relative != null) {
      for (int i = 0; i < distance; i++) {
        asm.ret();
      }
      asm.bind(relative);
    }
    return Arrays.copyOf(asm.finish(), size);
  }

  /// @param offset from the start of the jump
  private byte[] jump(int offset) {
    Label target = new Label();
    if (offset <= 0) {
      asm.bind(target);
      for (int i = 0; i < -offset; i++) {
        asm.ret();
      }
    }
    int start = asm.size();
    if (name.equals("jmp")) {
      asm.jmp(target);
    } else {
      asm.jump(condition(name.substring(1)), target);
    }
    int end = asm.size();
    if (offset > 0) {
      while (asm.size() < start + offset) {
        asm.ret();
      }
      asm.bind(target);
    }
    return Arrays.copyOfRange(asm.finish(), start, end);
  }

  private static Condition condition(String name) {
    Condition condition = CONDITIONS.get(name);
    if (condition == null) {
      throw new IllegalArgumentException("no condition: " + name);
    }
    return condition;
  }

  private void emit() {
    boolean general = operands.stream().anyMatch(InstructionText::isGeneral);
    VectorOp op =
        VECTOR_OPS.get(name + "_store") != null && operands.getFirst().contains("[")
            ? VECTOR_OPS.get(name + "_store")
            : VECTOR_OPS.get(name);
    if (op != null && !general) {
      emitVector(op);
    } else if (operands.isEmpty()) {
      emitAlone();
    } else if (name.startsWith("t") && !name.equals("test") || name.equals("ldtilecfg")) {
      emitTile();
    } else if (name.startsWith("v") || name.startsWith("k")) {
      emitTransfer();
    } else if (name.startsWith("prefetch")) {
      asm.prefetch(
          List.of(Hint.NON_TEMPORAL, Hint.ALL_LEVELS, Hint.SECOND_LEVEL, Hint.THIRD_LEVEL)
              .get(List.of("nta", "t0", "t1", "t2").indexOf(name.substring(8))),
          memory(operands.getFirst()));
    } else {
      emitGeneral();
    }
  }

  private void emitVector(VectorOp op) {
    int count = operands.size();
    boolean immediate = operands.getLast().startsWith("0x");
    int value = immediate ? Integer.decode(operands.getLast()) : 0;
    List<Operand> parsed =
        operands.subList(0, immediate ? count - 1 : count).stream().map(this::operand).toList();
    Operand first = parsed.get(0);
    Operand second = parsed.get(1);
    Matcher storeMask = STORE_MASK.matcher(operands.getFirst());
    if (storeMask.find() && second instanceof Vec stored) {
      second = stored.merging(Mask.k(Integer.parseInt(storeMask.group(1))));
    }
    if (op == VectorOp.VMASKMOVPS_STORE) {
      asm.emit(op, parsed.get(2), second, first);
    } else if (parsed.size() == 2 && immediate) {
      asm.emit(op, first, second, value);
    } else if (parsed.size() == 2) {
      asm.emit(op, first, second);
    } else if (immediate) {
      asm.emit(op, first, second, parsed.get(2), value);
    } else {
      asm.emit(op, first, second, parsed.get(2));
    }
  }

  private void emitAlone() {
    switch (name) {
      case "ret" -> asm.ret();
      case "cpuid" -> asm.cpuid();
      case "xgetbv" -> asm.xgetbv();
      case "vzeroupper" -> asm.vzeroupper();
      case "tilerelease" -> asm.tilerelease();
      default -> throw new IllegalArgumentException(name);
    }
  }

  private void emitTile() {
    switch (name) {
      case "ldtilecfg" -> asm.ldtilecfg(memory(operands.getFirst()));
      case "tilezero" -> asm.tilezero(tile(0));
      case "tileloadd" -> asm.tileloadd(tile(0), memory(operands.get(1)));
      case "tileloaddt1" -> asm.tileloaddt1(tile(0), memory(operands.get(1)));
      case "tilestored" -> asm.tilestored(memory(operands.get(0)), tile(1));
      case "tdpbf16ps" -> asm.tdpbf16ps(tile(0), tile(1), tile(2));
      case "tdpbssd" -> asm.tdpbssd(tile(0), tile(1), tile(2));
      case "tdpbsud" -> asm.tdpbsud(tile(0), tile(1), tile(2));
      default -> throw new IllegalArgumentException(name);
    }
  }

  private Tile tile(int operand) {
    return Tile.tmm(Integer.parseInt(operands.get(operand).substring(3)));
  }

  /// Between general registers and others, and from memory to masks.
  private void emitTransfer() {
    String target = operands.get(0);
    String source = operands.get(1);
    boolean fromMemory = source.contains("[");
    switch (name) {
      case "vpbroadcastd" -> asm.broadcast32(vector(target), general(source));
      case "vpbroadcastb" -> asm.broadcast8(vector(target), general(source));
      case "vmovd" -> {
        if (isGeneral(target)) {
          asm.moveFromVector(general(target), vector(source));
        } else {
          asm.moveToVector(vector(target), general(source));
        }
      }
      case "kmovw", "kmovd", "kmovq" -> {
        if (isGeneral(target)) {
          asm.kmovw(general(target), Mask.k(Integer.parseInt(source.substring(1))));
          return;
        }
        Mask k = Mask.k(Integer.parseInt(target.substring(1)));
        if (fromMemory) {
          emitMaskLoad(k, memory(source));
        } else {
          emitMaskMove(k, general(source));
        }
      }
      default -> throw new IllegalArgumentException(name);
    }
  }

  private void emitMaskLoad(Mask target, Mem source) {
    switch (name) {
      case "kmovw" -> asm.kmovw(target, source);
      case "kmovd" -> asm.kmovd(target, source);
      default -> asm.kmovq(target, source);
    }
  }

  private void emitMaskMove(Mask target, Gp source) {
    switch (name) {
      case "kmovw" -> asm.kmovw(target, source);
      case "kmovd" -> asm.kmovd(target, source);
      default -> asm.kmovq(target, source);
    }
  }

  private void emitGeneral() {
    String first = operands.get(0);
    String second = operands.size() > 1 ? operands.get(1) : "";
    switch (name) {
      case "mov", "movabs" -> emitMove(first, second);
      case "movsxd" -> asm.movsxd(general(first), memory(second));
      case "lea" -> asm.lea(general(first), memory(second));
      case "test" -> asm.test(general(first), general(second));
      case "push" -> asm.push(general(first));
      case "pop" -> asm.pop(general(first));
      case "shl" -> asm.shl(general(first), Integer.decode(second));
      case "shr" -> asm.shr(general(first), Integer.decode(second));
      case "sar" -> asm.sar(general(first), Integer.decode(second));
      case "imul" -> {
        if (operands.size() == 3) {
          asm.imul(general(first), general(second), Integer.decode(operands.get(2)));
        } else if (second.contains("[")) {
          asm.imul(general(first), memory(second));
        } else {
          asm.imul(general(first), general(second));
        }
      }
      default -> {
        if (name.startsWith("cmov")) {
          asm.cmov(condition(name.substring(4)), general(first), general(second));
        } else {
          emitArithmetic(first, second);
        }
      }
    }
  }

  private void emitMove(String first, String second) {
    boolean half = first.matches("e..|r\\d+d") || second.matches("e..|r\\d+d");
    if (first.contains("[")) {
      if (half) {
        asm.mov32(memory(first), general(second));
      } else {
        asm.mov(memory(first), general(second));
      }
    } else if (second.contains("[")) {
      if (half) {
        asm.mov32(general(first), memory(second));
      } else {
        asm.mov(general(first), memory(second));
      }
    } else if (isGeneral(second)) {
      asm.mov(general(first), general(second));
    } else {
      asm.mov(general(first), Long.decode(second));
    }
  }

  private void emitArithmetic(String first, String second) {
    Alu operation = Alu.valueOf(name.toUpperCase(Locale.ROOT));
    if (first.equals(second) && !first.startsWith("r") || first.endsWith("d")) {
      asm.clear(general(first));
    } else if (second.contains("[")) {
      asm.alu(operation, general(first), memory(second));
    } else if (isGeneral(second)) {
      asm.alu(operation, general(first), general(second));
    } else {
      asm.alu(operation, general(first), Integer.decode(second));
    }
  }

  private Operand operand(String text) {
    if (text.contains("[")) {
      return memory(text);
    }
    return text.startsWith("k") ? Mask.k(Integer.parseInt(text.substring(1))) : vector(text);
  }

  private static Vec vector(String text) {
    Matcher parts = VECTOR.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no vector: " + text);
    }
    int number = Integer.parseInt(parts.group(2));
    Vec vec =
        switch (parts.group(1)) {
          case "x" -> Vec.xmm(number);
          case "y" -> Vec.ymm(number);
          default -> Vec.zmm(number);
        };
    if (parts.group(3) == null) {
      return vec;
    }
    Mask mask = Mask.k(Integer.parseInt(parts.group(3)));
    return parts.group(4) == null ? vec.merging(mask) : vec.zeroing(mask);
  }

  private Mem memory(String text) {
    Matcher parts = MEMORY.matcher(text);
    if (!parts.find()) {
      throw new IllegalArgumentException("no memory operand: " + text);
    }
    int displacement = parts.group(5) == null ? 0 : Integer.parseInt(parts.group(5), 16);
    Mem memory;
    if (parts.group(1).equals("rip")) {
      distance = displacement;
      relative = new Label();
      memory = Mem.at(relative);
    } else {
      int signed = "-".equals(parts.group(4)) ? -displacement : displacement;
      memory =
          parts.group(2) == null
              ? Mem.at(general(parts.group(1)), signed)
              : Mem.at(
                  general(parts.group(1)),
                  general(parts.group(2)),
                  Integer.parseInt(parts.group(3)),
                  signed);
    }
    return text.contains("{1to") ? memory.broadcasting() : memory;
  }

  private static boolean isGeneral(String text) {
    return text.matches("[re][a-ds][xpi]|r\\d+d?");
  }

  /// A register by either of its names.
  private static Gp general(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (upper.matches("R\\d+D")) {
      upper = upper.substring(0, upper.length() - 1);
    }
    return Gp.valueOf(upper.startsWith("E") ? "R" + upper.substring(1) : upper);
  }
}
