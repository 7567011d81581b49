package puna.x64.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.TestSeed;
import puna.x64.asm.InstructionForms.Shape;

/// The assembler beside GNU's tools, on random instructions.
class AssemblerLiveTest {
  private static final int INSTRUCTIONS = 2_000;

  private final long seed = TestSeed.of(20_261L);

  @BeforeEach
  void binutils() {
    assumeTrue(GnuAssembler.isInstalled(), "needs GNU as and objdump, which this machine lacks");
  }

  @Test
  void makesTheBytesOfGnuAs(@TempDir Path folder) throws IOException, InterruptedException {
    List<String> instructions = randomInstructions();
    List<byte[]> expected = new GnuAssembler(folder).assemble(instructions);
    for (int i = 0; i < INSTRUCTIONS; i++) {
      assertThat(HexFormat.of().formatHex(InstructionText.assemble(instructions.get(i))))
          .as("%s (seed %d)", instructions.get(i), seed)
          .isEqualTo(HexFormat.of().formatHex(expected.get(i)));
    }
  }

  @Test
  void isReadBackByObjdumpInstructionByInstruction(@TempDir Path folder)
      throws IOException, InterruptedException {
    List<String> instructions = randomInstructions();
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    instructions.forEach(text -> code.writeBytes(InstructionText.assemble(text)));

    List<String> read = new GnuAssembler(folder).disassemble(code.toByteArray());

    assertThat(read).hasSize(INSTRUCTIONS).noneMatch(line -> line.contains("(bad)"));
  }

  @Test
  void readsAndWritesQuadwordsInHighRegisters(@TempDir Path folder)
      throws IOException, InterruptedException {
    Assembler asm = new Assembler();
    asm.emit(VectorOp.VMOVQ, Vec.xmm(17), Mem.at(Gp.RAX, 8));
    asm.emit(VectorOp.VMOVQ_STORE, Mem.at(Gp.R9, 1016), Vec.xmm(31));

    List<String> read = new GnuAssembler(folder).disassemble(asm.finish());

    assertThat(read.get(0)).endsWith("vmovq  xmm17,QWORD PTR [rax+0x8]");
    assertThat(read.get(1)).endsWith("vmovq  QWORD PTR [r9+0x3f8],xmm31");
  }

  private List<String> randomInstructions() {
    Random random = new Random(seed);
    InstructionForms forms = new InstructionForms((_, count) -> random.nextInt(count));
    List<Shape> shapes =
        Arrays.stream(VectorOp.values())
            .flatMap(op -> InstructionForms.shapes(op).stream())
            .toList();
    List<String> instructions = new ArrayList<>();
    for (int i = 0; i < INSTRUCTIONS; i++) {
      instructions.add(
          random.nextInt(6) == 0
              ? forms.other(
                  InstructionForms.OTHERS.get(random.nextInt(InstructionForms.OTHERS.size())))
              : forms.text(shapes.get(random.nextInt(shapes.size()))));
    }
    return instructions;
  }
}
