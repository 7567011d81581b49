package puna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.gguf.GgufWriter;
import puna.json.Json;
import puna.tensor.OutOfRange;

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
  void showsValuesOutOfRangeAsTheyAre() {
    OutOfRange one = new OutOfRange("must be 0 or 1", "2", "2");
    OutOfRange many = new OutOfRange("must be 0 or 1", "3", List.of("0", "1", "3"));

    assertThat(Text.brief(one, 6)).isEqualTo("2");
    assertThat(Text.brief(many, 2)).isEqualTo("[0, 1, … (3)]");
    assertThat(Json.write(JsonFacts.of(one))).isEqualTo("\"2\"");
    assertThat(Json.write(JsonFacts.of(many))).isEqualTo("[\"0\",\"1\",\"3\"]");
  }
}
