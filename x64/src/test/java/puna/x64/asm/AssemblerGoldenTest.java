package puna.x64.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import puna.x64.asm.GoldenTable.Line;

/// The assembler makes the bytes that GNU `as` makes.
class AssemblerGoldenTest {
  @Test
  void makesTheBytesOfTheTable() throws IOException {
    List<String> differences = new ArrayList<>();
    for (Line line : GoldenTable.read()) {
      String made = HexFormat.of().formatHex(InstructionText.assemble(line.instruction()));
      String expected = HexFormat.of().formatHex(line.bytes());
      if (!made.equals(expected)) {
        differences.add("%s: expected %s, made %s".formatted(line.instruction(), expected, made));
      }
    }
    assertThat(differences).isEmpty();
  }

  @Test
  void tableHasEveryOperation() throws IOException {
    List<String> lines = GoldenTable.read().stream().map(Line::instruction).toList();
    for (VectorOp op : VectorOp.values()) {
      String name = InstructionForms.name(op) + " ";
      boolean store = op.name().endsWith("_STORE");
      assertThat(lines)
          .as("an operation without lines in the table: write it anew with GoldenTable")
          .anyMatch(line ->
              line.replace("{load} ", "").startsWith(name)
                  && (!store || line.indexOf('[') < line.indexOf(',')));
    }
  }

  @Test
  void tableHasEveryOtherInstruction() throws IOException {
    List<String> lines = GoldenTable.read().stream().map(Line::instruction).toList();
    for (String pattern : InstructionForms.OTHERS) {
      String name = pattern.split(" ")[0];
      assertThat(lines)
          .anyMatch(line -> line.replaceFirst("^\\{\\w+\\} ", "").split(" ")[0].equals(name));
    }
  }

  @Test
  void placesConstantsBehindTheCodeAlignedToALine() {
    Assembler asm = new Assembler();
    Mem first = asm.constant(new byte[] {1, 2, 3});
    Mem second = asm.constant(new byte[] {4});
    asm.emit(VectorOp.VMOVUPS, Vec.ymm(0), first);
    asm.emit(VectorOp.VPERMQ, Vec.ymm(0), second, 7);

    byte[] code = asm.finish();

    assertThat(HexFormat.of().formatHex(code, 0, 18))
        .isEqualTo("c5fc100538000000" + "c4e3fd00056e00000007");
    assertThat(code).hasSize(129);
    assertThat(code[64]).isEqualTo((byte) 1);
    assertThat(code[128]).isEqualTo((byte) 4);
  }
}
