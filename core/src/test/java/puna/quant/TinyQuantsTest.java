package puna.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import puna.SharedData;
import puna.tensor.TensorType;

/// Every tensor of the larger test data, decoded and compared with an independent decoder.
class TinyQuantsTest {
  @Test
  void decodesEveryTensorOfEveryFileExactly() throws IOException {
    Path folder = SharedData.require("models/tiny-quants");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment file = MemorySegment.NULL;
      String open = "";
      for (List<String> row : Fixtures.rows("tiny-quants.tsv")) {
        if (!row.get(0).equals(open)) {
          open = row.get(0);
          file = map(folder.resolve(open), arena);
        }
        TensorType type = TensorType.valueOf(row.get(2));
        float[] values = new float[Integer.parseInt(row.get(4))];
        long offset = Long.parseLong(row.get(3));
        BlockFormats.of(type).orElseThrow().decode(file, offset, values, 0, values.length);
        assertThat(Fixtures.sha256(values)).as(row.toString()).startsWith(row.get(5));
      }
    }
  }

  private static MemorySegment map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }
}
