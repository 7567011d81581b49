package puna.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import puna.cli.command.UsageException;

/// The arguments as the user wrote them: UTF-8, like all text that Puna reads.
///
/// Before `main` the JVM decodes them by the locale and puts U+FFFD for what it does not know.
/// Where the system still has their bytes, these are what counts.
final class Arguments {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /// @param decoded what the JVM made of them
  /// @throws UsageException when one is no UTF-8
  static String[] read(String[] decoded) {
    if (Arrays.stream(decoded).allMatch(Arguments::isAscii)) {
      return decoded;
    }
    try {
      return decode(Files.readAllBytes(COMMAND_LINE), decoded);
    } catch (IOException e) {
      return decoded; // no Linux: nobody knows better than the JVM
    }
  }

  /// @param commandLine each argument of the process behind the one before it, each with a NUL
  static String[] decode(byte[] commandLine, String[] decoded) {
    List<ByteBuffer> all = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < commandLine.length; i++) {
      if (commandLine[i] == 0) {
        all.add(ByteBuffer.wrap(commandLine, start, i - start));
        start = i + 1;
      }
    }
    if (all.size() < decoded.length) {
      return decoded;
    }
    List<ByteBuffer> own = all.subList(all.size() - decoded.length, all.size());
    String[] arguments = new String[decoded.length];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = text(own.get(i), i + 1);
    }
    return arguments;
  }

  private static String text(ByteBuffer bytes, int number) {
    int start = bytes.position();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      int offset = bytes.position() - start;
      throw new UsageException(
          "argument %s: not valid UTF-8 at byte %s (found 0x%02x); convert the text to UTF-8 first"
              .formatted(number, offset, bytes.get(bytes.position())));
    }
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }
}
