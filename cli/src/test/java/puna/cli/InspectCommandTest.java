package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.cli.command.JsonFacts;
import puna.cli.command.Text;
import puna.gguf.GgufWriter;
import puna.json.Json;
import puna.tensor.OutOfRange;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

class InspectCommandTest {
  @Test
  void showsTextThatIsNoUtf8(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("odd.gguf");
    new GgufWriter()
        .string("general.caf\uDCE9", "na\uDCEFve")
        .strings("general.tags", List.of("a", "b\uDCFF"))
        .write(file);

    CommandRun table = CommandRun.of("inspect", file.toString());
    CommandRun json = CommandRun.of("inspect", "--json", file.toString());

    assertThat(table.exitCode()).isZero();
    assertThat(table.out()).contains("general.caf\uFFFD", "na\uFFFDve", "[a, b\uFFFD]");
    assertThat(json.exitCode()).isZero();
    assertThat(json.out())
        .contains("\"general.caf\uFFFD\":\"na\uFFFDve\"", "\"general.tags\":[\"a\",\"b\uFFFD\"]");
  }

  @Test
  void namesSteerNoTerminal(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("steering.gguf");
    new GgufWriter()
        .string("general.a\u001B[31m\nb", "x")
        .tensor(
            new Tensor(
                "c\u001B\nd", TensorType.F32, Shape.of(1), MemorySegment.ofArray(new byte[4])))
        .write(file);

    assertThat(CommandRun.of("inspect", file.toString()).out())
        .contains("general.a\\x1b[31m\\nb", "c\\x1b\\nd")
        .doesNotContain("\u001B");
  }

  @Test
  void showsValuesOutOfRangeAsTheyAre() {
    OutOfRange one = new OutOfRange("must be 0 or 1", "2", "2");
    OutOfRange many = new OutOfRange("must be 0 or 1", "3", List.of("0", "1", "3"));

    assertThat(Text.brief(one, 6)).isEqualTo("2");
    assertThat(Text.brief(many, 2)).isEqualTo("[0, 1, … (3)]");
    assertThat(Json.write(JsonFacts.of(one))).isEqualTo("\"2\"");
    assertThat(Json.write(JsonFacts.of(many))).isEqualTo("[\"0\",\"1\",\"3\"]");
  }
}
