package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import puna.cli.command.CommandException;

class Utf8InputTest {

  @Test
  void linesEndWithLineFeedOrBothOrTheInput() throws IOException {
    assertThat(lines("a\nb\r\n\n라마")).containsExactly("a", "b", "", "라마");
    assertThat(lines("a\n")).containsExactly("a");
    assertThat(lines("")).isEmpty();
  }

  @Test
  void linesMayBeLongerThanTheBuffer() throws IOException {
    String longLine = "é".repeat(200_000);

    assertThat(lines("x\n" + longLine + "\ny")).containsExactly("x", longLine, "y");
  }

  @Test
  void theOffsetCountsFromTheBeginningOfTheInput() throws IOException {
    byte[] bytes = {'a', 'b', '\n', 'c', (byte) 0xFF, '\n'};
    Utf8Input input = new Utf8Input(new ByteArrayInputStream(bytes), "standard input");

    assertThat(input.readLine()).contains("ab");
    assertThatThrownBy(input::readLine)
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("byte 4 (found 0xff)");
  }

  @Test
  void textThatBreaksOffInsideACharacterIsRefused() {
    byte[] bytes = {'a', (byte) 0xE2, (byte) 0x82};

    assertThatThrownBy(() -> new Utf8Input(new ByteArrayInputStream(bytes), "x").readAll())
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("byte 1");
  }

  @Test
  void readsWhatASlowStreamHandsOut() throws IOException {
    InputStream slow =
        new ByteArrayInputStream("one\ntwo".getBytes(StandardCharsets.UTF_8)) {
          @Override
          public int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1));
          }
        };

    assertThat(lines(slow)).containsExactly("one", "two");
  }

  @Test
  void inputThatCannotBeReadIsNamed() {
    InputStream folder =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Is a directory");
          }

          @Override
          public int read(byte[] bytes, int from, int length) throws IOException {
            throw new IOException("Is a directory");
          }
        };
    Utf8Input input = new Utf8Input(folder, "standard input");

    for (ThrowingCallable reading : List.<ThrowingCallable>of(input::readAll, input::readLine)) {
      assertThatThrownBy(reading)
          .isInstanceOf(CommandException.class)
          .hasMessage("standard input: cannot be read (Is a directory)");
    }
  }

  private static List<String> lines(String text) throws IOException {
    return lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> lines(InputStream stream) throws IOException {
    Utf8Input input = new Utf8Input(stream, "test");
    List<String> lines = new ArrayList<>();
    for (Optional<String> line = input.readLine(); line.isPresent(); line = input.readLine()) {
      lines.add(line.get());
    }
    return lines;
  }
}
