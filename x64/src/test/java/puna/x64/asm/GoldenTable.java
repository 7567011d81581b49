package puna.x64.asm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import puna.x64.asm.InstructionForms.Shape;

/// The table of instructions and the bytes that GNU `as` makes of them.
///
/// `main` writes it anew; it is run by hand when `VectorOp` or the assembler gets an instruction.
final class GoldenTable {
  static final String RESOURCE = "golden.txt";
  private static final String HEADER =
      """
      # Instructions in Intel's syntax and the bytes that GNU as 2.40 makes of them. Written by the
      # main method of GoldenTable, a class of this test.
      """;

  /// One line of the table.
  record Line(String instruction, byte[] bytes) {}

  private GoldenTable() {}

  /// Reads the table.
  static List<Line> read() throws IOException {
    try (var in = GoldenTable.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException(RESOURCE + " is missing");
      }
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| "))
          .map(parts -> new Line(parts[0], HexFormat.of().parseHex(parts[1])))
          .toList();
    }
  }

  /// @param arguments the file to write
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> instructions = instructions();
    List<byte[]> bytes =
        new GnuAssembler(Files.createTempDirectory("golden")).assemble(instructions);
    StringBuilder table = new StringBuilder(HEADER);
    for (int i = 0; i < instructions.size(); i++) {
      table
          .append(instructions.get(i))
          .append(" | ")
          .append(HexFormat.of().formatHex(bytes.get(i)))
          .append('\n');
    }
    Files.writeString(Path.of(arguments[0]), table);
  }

  /// All shapes of all operations, going round through registers, masks, addresses and immediates.
  static List<String> instructions() {
    Map<String, Integer> turns = new HashMap<>();
    InstructionForms forms =
        new InstructionForms((what, count) -> {
          int turn = turns.merge(what, 1, Integer::sum);
          // A step that shares no factor with the counts, so that all are reached.
          return Math.floorMod((count > 40 ? 1_000_003L : 1) * turn + turn / 50, count);
        });
    Set<String> instructions = new LinkedHashSet<>();
    for (VectorOp op : VectorOp.values()) {
      for (Shape shape : InstructionForms.shapes(op)) {
        int times = shape.source() == InstructionForms.Source.MEMORY ? 3 : 2;
        for (int i = 0; i < times; i++) {
          instructions.add(forms.text(shape));
        }
      }
    }
    for (String pattern : InstructionForms.OTHERS) {
      for (int i = 0; i < 6; i++) {
        instructions.add(forms.other(pattern));
      }
    }
    return new ArrayList<>(instructions);
  }
}
