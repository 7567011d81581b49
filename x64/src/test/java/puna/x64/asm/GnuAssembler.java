package puna.x64.asm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// GNU `as` and `objdump`, where this machine has them.
final class GnuAssembler {
  private static final Pattern LISTED =
      Pattern.compile("^\\s*(\\d+)\\s+(?:[0-9a-f]{4,}\\s+)?((?:[0-9A-F]{2,8} ?)+?)\\s*(?:\\t.*)?$");

  private final Path folder;

  GnuAssembler(Path folder) {
    this.folder = folder;
  }

  static boolean isInstalled() {
    return isInstalled("as") && isInstalled("objdump");
  }

  private static boolean isInstalled(String tool) {
    return Files.isExecutable(Path.of("/usr/bin", tool));
  }

  /// What `as` makes of each instruction.
  List<byte[]> assemble(List<String> instructions) throws IOException, InterruptedException {
    Path source = folder.resolve("forms.s");
    List<String> lines = new ArrayList<>();
    lines.add(".intel_syntax noprefix");
    lines.addAll(instructions);
    Files.write(source, lines);
    String listing =
        run(
            "/usr/bin/as",
            "--64",
            "-aln",
            "--listing-lhs-width=8",
            "-o",
            folder.resolve("forms.o").toString(),
            source.toString());
    List<ByteArrayOutputStream> bytes = new ArrayList<>();
    instructions.forEach(_ -> bytes.add(new ByteArrayOutputStream()));
    for (String line : listing.lines().toList()) {
      Matcher parts = LISTED.matcher(line);
      if (parts.matches() && Integer.parseInt(parts.group(1)) > 1) {
        bytes
            .get(Integer.parseInt(parts.group(1)) - 2)
            .writeBytes(HexFormat.of().parseHex(parts.group(2).replace(" ", "")));
      }
    }
    return bytes.stream().map(ByteArrayOutputStream::toByteArray).toList();
  }

  /// What `objdump` reads in `code`, one line an instruction.
  List<String> disassemble(byte[] code) throws IOException, InterruptedException {
    Path file = folder.resolve("code.bin");
    Files.write(file, code);
    String listing =
        run(
            "/usr/bin/objdump",
            "-D",
            "-b",
            "binary",
            "-m",
            "i386:x86-64",
            "-M",
            "intel",
            "--insn-width=16",
            file.toString());
    return listing.lines().filter(line -> line.matches("\\s+[0-9a-f]+:\\t.*")).toList();
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path output = folder.resolve("output.txt");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start()
            .waitFor();
    String text = Files.readString(output);
    if (status != 0) {
      throw new IOException(command[0] + " failed:\n" + text);
    }
    return text;
  }
}
