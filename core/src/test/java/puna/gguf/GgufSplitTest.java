package puna.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelFormatException;
import puna.tensor.Shape;
import puna.tensor.TensorType;

class GgufSplitTest {
  private static final String FIRST = "tiny-00001-of-00003.gguf";

  @TempDir Path folder;

  @Test
  void joinsAllFiles() throws IOException {
    writeAll();
    try (GgufFile gguf = GgufFile.open(folder.resolve(FIRST))) {
      assertThat(gguf.tensors().sequencedKeySet()).containsExactly("t1", "t2", "t3");
      assertThat(gguf.metadata().string("general.architecture")).contains("llama");
      assertThat(gguf.files()).hasSize(3);
      assertThat(gguf.fileSize())
          .isEqualTo(gguf.files().stream().mapToLong(file -> file.toFile().length()).sum());
      gguf.tensors()
          .values()
          .forEach(tensor -> assertThat(tensor.content().toArray()[31]).isEqualTo((byte) 31));
    }
  }

  @Test
  void joinsAFirstFileWithoutTensors() throws IOException {
    writeAll();
    part(1, 3, 2).string("general.architecture", "llama").write(folder.resolve(FIRST));
    try (GgufFile gguf = GgufFile.open(folder.resolve(FIRST))) {
      assertThat(gguf.tensors().sequencedKeySet()).containsExactly("t2", "t3");
    }
  }

  @Test
  void saysWhichFileToOpen() throws IOException {
    writeAll();
    refuses(
        "tiny-00002-of-00003.gguf",
        "tiny-00002-of-00003.gguf: split.no: a split model is opened by its first file,"
            + " tiny-00001-of-00003.gguf, found part 2 of 3");
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    writeAll();
    Files.delete(folder.resolve("tiny-00003-of-00003.gguf"));
    refuses(
        FIRST,
        FIRST
            + ": split.count: all 3 files of a split model must lie in one folder,"
            + " tiny-00003-of-00003.gguf is missing");
  }

  @Test
  void refusesPartsThatWereSwapped() throws IOException {
    writeAll();
    write(3, 3, 3, "t2", 2);
    refuses(FIRST, "tiny-00002-of-00003.gguf: split.no: must be 1 here, found 2");
  }

  @Test
  void refusesPartsOfAnotherSplit() throws IOException {
    writeAll();
    write(2, 4, 3, "t2", 2);
    refuses(FIRST, "tiny-00002-of-00003.gguf: split.count: must be 3 here, found 4");
  }

  @Test
  void refusesAnotherNumberOfTensors() throws IOException {
    writeAll();
    write(1, 3, 7, "t1", 1);
    refuses(FIRST, FIRST + ": split.tensors.count: must be 3 here, found 7");
  }

  @Test
  void refusesATensorInTwoFiles() throws IOException {
    writeAll();
    write(3, 3, 3, "t1", 3);
    refuses(
        FIRST,
        "tiny-00003-of-00003.gguf: t1: a tensor's name may occur once, found it in an earlier file"
            + " too");
  }

  @Test
  void refusesARenamedFirstFile() throws IOException {
    writeAll();
    Files.move(folder.resolve(FIRST), folder.resolve("model.gguf"));
    refuses(
        "model.gguf",
        "model.gguf: split.count: the first of 3 files must be named like"
            + " model-00001-of-00003.gguf");
  }

  @Test
  void readsAMergedFileWhoseCountIsZero() throws IOException {
    write(1, 0, 1, "t1", 1);
    try (GgufFile gguf = GgufFile.open(folder.resolve(FIRST))) {
      assertThat(gguf.tensors().sequencedKeySet()).containsExactly("t1");
      assertThat(gguf.files()).hasSize(1);
    }
    new GgufWriter()
        .set("split.count", MetadataType.UINT16, 0L)
        .tensor(TinyGguf.tensor("t1", TensorType.F32, Shape.of(8)))
        .write(folder.resolve("merged.gguf"));
    try (GgufFile gguf = GgufFile.open(folder.resolve("merged.gguf"))) {
      assertThat(gguf.tensors().sequencedKeySet()).containsExactly("t1");
    }
  }

  @Test
  void readsFurtherFilesThatHoldTheirNumberAlone() throws IOException {
    writeAll();
    writeNumberAlone(2);
    writeNumberAlone(3);
    try (GgufFile gguf = GgufFile.open(folder.resolve(FIRST))) {
      assertThat(gguf.tensors().sequencedKeySet()).containsExactly("t1", "t2", "t3");
    }
    refuses(
        "tiny-00002-of-00003.gguf",
        "tiny-00002-of-00003.gguf: split.no: a split model is opened by its first file,"
            + " tiny-00001-of-00003.gguf, found part 2");
  }

  @Test
  void refusesAFurtherFileWithoutItsNumber() throws IOException {
    writeAll();
    new GgufWriter()
        .tensor(TinyGguf.tensor("t2", TensorType.F32, Shape.of(8)))
        .write(folder.resolve("tiny-00002-of-00003.gguf"));
    refuses(FIRST, "tiny-00002-of-00003.gguf: metadata key split.no is required and absent");
  }

  @Test
  void refusesACountThatNoModelHas() throws IOException {
    new GgufWriter().uint32("split.count", 70_000).write(folder.resolve(FIRST));
    refuses(FIRST, FIRST + ": split.count: a model has 0 to 65535 files, found 70000");
  }

  @Test
  void refusesAPartThatIsNoGguf() throws IOException {
    writeAll();
    Files.writeString(folder.resolve("tiny-00002-of-00003.gguf"), "nothing");
    refuses(
        FIRST,
        "tiny-00002-of-00003.gguf: header: a GGUF file starts with the letters GGUF, found bytes"
            + " 6e6f7468");
  }

  private void refuses(String file, String message) {
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> GgufFile.open(folder.resolve(file)))
        .withMessage(message);
  }

  private void writeAll() throws IOException {
    for (int number = 1; number <= 3; number++) {
      write(number, 3, 3, "t" + number, number);
    }
  }

  private void writeNumberAlone(int number) throws IOException {
    new GgufWriter()
        .set("split.no", MetadataType.UINT16, number - 1L)
        .tensor(TinyGguf.tensor("t" + number, TensorType.F32, Shape.of(8)))
        .write(folder.resolve("tiny-0000%d-of-00003.gguf".formatted(number)));
  }

  /// Writes part `number` of `count` into the place of part `place` of 3.
  private void write(int number, int count, int tensors, String tensor, int place)
      throws IOException {
    GgufWriter part = part(number, count, tensors);
    if (number == 1) {
      part.string("general.architecture", "llama");
    }
    part.tensor(TinyGguf.tensor(tensor, TensorType.F32, Shape.of(8)))
        .write(folder.resolve("tiny-0000%d-of-00003.gguf".formatted(place)));
  }

  private static GgufWriter part(int number, int count, int tensors) {
    return new GgufWriter()
        .set("split.no", MetadataType.UINT16, number - 1L)
        .set("split.count", MetadataType.UINT16, (long) count)
        .set("split.tensors.count", MetadataType.INT32, (long) tensors);
  }
}
