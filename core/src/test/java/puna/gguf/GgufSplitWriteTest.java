package puna.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.tensor.Shape;
import puna.tensor.TensorType;

class GgufSplitWriteTest {
  private static final String GOLDEN = "hf-smollm2-bf16-sharded";

  @TempDir Path folder;

  @Test
  void writesTheFilesThatLlamaCppWrites() throws IOException {
    try (GgufFile whole = GgufFile.open(BigEndianTest.fixture(GOLDEN + ".gguf"))) {
      GgufWriter writer = new GgufWriter().setAll(whole.metadata().values());
      whole.tensors().values().forEach(writer::tensor);
      List<Path> files = writer.write(folder.resolve("a.split.gguf"), SplitLimit.ofTensors(12));
      assertThat(files).hasSize(3).allMatch(Files::exists);
      for (int i = 1; i <= 3; i++) {
        String end = ".split-0000" + i + "-of-00003.gguf";
        assertThat(folder.resolve("a" + end))
            .hasSameBinaryContentAs(BigEndianTest.fixture(GOLDEN + end));
      }
      try (GgufFile split = GgufFile.open(files.getFirst())) {
        assertThat(split.tensors().sequencedKeySet())
            .containsExactlyElementsOf(whole.tensors().sequencedKeySet());
        split
            .tensors()
            .forEach((name, tensor) ->
                assertThat(tensor.content().toArray())
                    .isEqualTo(whole.find(name).orElseThrow().content().toArray()));
      }
    }
  }

  @Test
  void splitsByBytesAndNeverCutsATensor() throws IOException {
    List<Path> files =
        writer(32, 8, 8, 64, 16, 8).write(folder.resolve("b.gguf"), SplitLimit.ofBytes(64));
    assertThat(files)
        .extracting(file -> String.valueOf(file.getFileName()))
        .containsExactly(
            "b-00001-of-00005.gguf",
            "b-00002-of-00005.gguf",
            "b-00003-of-00005.gguf",
            "b-00004-of-00005.gguf",
            "b-00005-of-00005.gguf");
    try (GgufFile split = GgufFile.open(files.getFirst())) {
      assertThat(split.tensors()).hasSize(6);
    }
    assertThat(SplitParts.cut(List.of(128L, 32L, 32L, 256L, 64L, 32L), SplitLimit.ofBytes(64)))
        .containsExactly(0, 1, 3, 4, 5);
  }

  @Test
  void writesOneFileWhereAllFits() throws IOException {
    Path file = folder.resolve("c.gguf");
    assertThat(writer(8, 8).write(file, SplitLimit.ofTensors(2))).containsExactly(file);
    try (GgufFile whole = GgufFile.open(file)) {
      assertThat(whole.metadata().has("split.count")).isFalse();
    }
  }

  @Test
  void leavesNothingBehindWhenATensorFails() throws IOException {
    GgufWriter writer =
        writer(8)
            .tensor(
                "broken",
                TensorType.F32,
                Shape.of(8),
                _ -> {
                  throw new IOException("full");
                });
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> writer.write(folder.resolve("d.gguf"), SplitLimit.ofTensors(1)));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void leavesNoPartOfAModelWhenAPlaceIsTaken() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("e-00002-of-00002.gguf/inside"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> writer(8, 8).write(folder.resolve("e.gguf"), SplitLimit.ofTensors(1)));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(taken.getParent());
    }
  }

  @Test
  void refusesMoreFilesThanTheirNumbersHold() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> SplitParts.names(Path.of("f.gguf"), 65_536))
        .withMessage("a model may be split into 65535 files, found 65536");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> SplitLimit.ofTensors(0));
  }

  private static GgufWriter writer(long... elements) {
    GgufWriter writer = new GgufWriter().string("general.architecture", "llama");
    for (int i = 0; i < elements.length; i++) {
      writer.tensor(TinyGguf.tensor("t" + i, TensorType.F32, Shape.of(elements[i])));
    }
    return writer;
  }
}
