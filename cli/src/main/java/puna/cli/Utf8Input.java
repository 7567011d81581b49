package puna.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import puna.cli.command.CommandException;

/// Text that comes in as UTF-8, whole or line by line. Bytes that are no UTF-8 are an error that
/// names the offset of the first of them. A byte-order mark at the beginning is none of the text
/// (The Unicode Standard 23.8).
final class Utf8Input {
  private static final int BUFFER = 1 << 16;
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream stream;
  private final String origin;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private byte[] line = new byte[1024];
  private long consumed;

  /// @param origin what the text is called in messages, such as `standard input`
  Utf8Input(InputStream stream, String origin) {
    this.stream = stream;
    this.origin = origin;
  }

  String origin() {
    return origin;
  }

  /// All that is left.
  String readAll() throws IOException {
    byte[] bytes = read(InputStream::readAllBytes);
    int mark = markLength(bytes, bytes.length);
    return decode(Arrays.copyOfRange(bytes, mark, bytes.length), mark);
  }

  /// The next line without its end (`\n` or `\r\n`); empty at the end of the input.
  Optional<String> readLine() throws IOException {
    long start = consumed;
    int length = 0;
    boolean found = false;
    while (!found && fill()) {
      int end = position;
      while (end < limit && buffer[end] != '\n') {
        end++;
      }
      found = end < limit;
      length = append(length, end);
      position = found ? end + 1 : end;
    }
    if (!found && length == 0) {
      return Optional.empty();
    }
    consumed = start + length + (found ? 1 : 0);
    int mark = start == 0 ? markLength(line, length) : 0;
    if (!found && length == mark) {
      return Optional.empty();
    }
    int text = length > mark && line[length - 1] == '\r' ? length - 1 : length;
    return Optional.of(decode(Arrays.copyOfRange(line, mark, text), start + mark));
  }

  private static int markLength(byte[] bytes, int length) {
    boolean isMarked =
        length >= MARK.length && Arrays.equals(bytes, 0, MARK.length, MARK, 0, MARK.length);
    return isMarked ? MARK.length : 0;
  }

  private boolean fill() throws IOException {
    if (position < limit) {
      return true;
    }
    position = 0;
    limit = Math.max(0, read(in -> in.read(buffer)));
    return limit > 0;
  }

  private interface Reading<T> {
    T from(InputStream stream) throws IOException;
  }

  /// The system says what is wrong, and not where: with standard input that is a folder, for
  /// instance.
  private <T> T read(Reading<T> reading) {
    try {
      return reading.from(stream);
    } catch (IOException e) {
      throw new CommandException(
          "%s: cannot be read (%s)".formatted(origin, ErrorReport.describe(e)), e);
    }
  }

  private int append(int length, int end) {
    int count = end - position;
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(length + count, line.length * 2));
    }
    System.arraycopy(buffer, position, line, length, count);
    return length + count;
  }

  private String decode(byte[] bytes, long start) {
    ByteBuffer source = ByteBuffer.wrap(bytes);
    CharBuffer target = CharBuffer.allocate(bytes.length);
    decoder.reset();
    CoderResult result = decoder.decode(source, target, true);
    if (result.isError()) {
      int offset = source.position();
      throw new CommandException(
          "%s: not valid UTF-8 at byte %s (found 0x%02x); convert the text to UTF-8 first"
              .formatted(origin, start + offset, bytes[offset]));
    }
    return target.flip().toString();
  }
}
