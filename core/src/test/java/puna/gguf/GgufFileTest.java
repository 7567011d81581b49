package puna.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelFormatException;
import puna.error.ModelReadException;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

class GgufFileTest {
  @TempDir Path folder;

  @Test
  void mapsAFile() {
    Path file = TinyGguf.write(folder, "tiny.gguf");
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.origin()).isEqualTo("tiny.gguf");
      assertThat(gguf.version()).isEqualTo(3);
      assertThat(gguf.alignment()).isEqualTo(32);
      assertThat(gguf.files()).containsExactly(file);
      assertThat(gguf.fileSize()).isEqualTo(file.toFile().length());
      assertThat(gguf.tensors()).hasSize(4);
      Tensor norm = gguf.find("output_norm.weight").orElseThrow();
      assertThat(norm.content().memory()).isEmpty();
      assertThat(norm.content().toArray()[100]).isEqualTo((byte) 100);
    }
  }

  @Test
  void forbidsReadingAfterCloseAndClosesTwice() {
    GgufFile gguf = GgufFile.open(TinyGguf.write(folder, "tiny.gguf"));
    Tensor tensor = gguf.find("output_norm.weight").orElseThrow();
    gguf.close();
    gguf.close();
    assertThatIllegalStateException().isThrownBy(() -> tensor.content().toArray());
  }

  @Test
  void openingAndClosing200TimesLeavesNoMappedMemoryBehind() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    assumeTrue(Files.exists(maps), "needs /proc/self/maps, which this system lacks");
    Path file = TinyGguf.write(folder, "leak.gguf");
    Path broken = folder.resolve("leak-broken.gguf");
    Files.write(broken, RawGguf.withTensor(info -> info.typed(99)).bytes());
    for (int i = 0; i < 200; i++) {
      GgufFile.open(file).close();
      assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> GgufFile.open(broken));
    }
    try (Stream<String> lines = Files.lines(maps)) {
      assertThat(lines.filter(line -> line.contains("leak"))).isEmpty();
    }
  }

  @Test
  void reachesTensorsBeyondFourGigabytes() throws IOException {
    Path file = folder.resolve("sparse.gguf");
    long far = 5L << 30;
    RawGguf raw = RawGguf.withTensor(info -> info.at(far));
    raw.dataBytes = 0;
    byte[] start = raw.bytes();
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(start);
      out.setLength(start.length + far + 32);
      out.seek(start.length + far);
      out.write(42);
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.find("a").orElseThrow().content().toArray()[0]).isEqualTo((byte) 42);
    }
  }

  @Test
  void refusesASparseFileOfEndlessZerosQuickly() throws IOException {
    Path file = folder.resolve("zeros.gguf");
    RawGguf raw = RawGguf.withPair("k", 9, out -> out.int32(8).int64(1L << 28));
    byte[] start = raw.bytes();
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(start);
      out.setLength(16L << 30);
    }
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> GgufFile.open(file))
        .withMessageContaining("MiB of memory");
  }

  @Test
  void saysWhatToDoAboutAMissingFile() {
    Path missing = folder.resolve("no.gguf");
    assertThatExceptionOfType(ModelReadException.class)
        .isThrownBy(() -> GgufFile.open(missing))
        .withMessage(missing + ": no such file, check the path");
  }

  @Test
  void saysWhatToDoAboutAFolder() {
    assertThatExceptionOfType(ModelReadException.class)
        .isThrownBy(() -> GgufFile.open(folder))
        .withMessage(folder + ": is a folder, name a file in it");
  }

  @Test
  void saysWhatToDoAboutADevice() {
    Path device = Path.of("/dev/zero");
    assumeTrue(Files.exists(device), "needs /dev/zero, which this system lacks");
    assertThatExceptionOfType(ModelReadException.class)
        .isThrownBy(() -> GgufFile.open(device))
        .withMessageContaining("no regular file");
  }

  @Test
  void saysWhatToDoAboutAnUnreadableFile() {
    Path file = TinyGguf.write(folder, "secret.gguf");
    assumeTrue(
        file.toFile().setReadable(false) && !Files.isReadable(file),
        "needs a user whom file permissions bind, which this run lacks");
    assertThatExceptionOfType(ModelReadException.class)
        .isThrownBy(() -> GgufFile.open(file))
        .withMessageContaining("permission denied");
  }

  @Test
  void refusesEmptyFilesAndOtherFormats() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.gguf"));
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> GgufFile.open(empty))
        .withMessage(
            "empty.gguf: header: a GGUF file starts with the letters GGUF, the file is empty");
    Path other = Files.writeString(folder.resolve("page.gguf"), "<!DOCTYPE html><html></html>");
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> GgufFile.open(other))
        .withMessage(
            "page.gguf: header: a GGUF file starts with the letters GGUF, found bytes 3c21444f");
  }

  @Test
  void readsBackWhatWasWrittenToAnyAlignment() throws IOException {
    Path file = folder.resolve("aligned.gguf");
    TinyGguf.writer().uint32("general.alignment", 4096).write(file);
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.alignment()).isEqualTo(4096);
      gguf.map();
      for (Tensor tensor : gguf.tensors().values()) {
        assertThat(tensor.content().memory().orElseThrow().address() % 4096).isZero();
        Tensor written = TinyGguf.tensor(tensor.name(), tensor.type(), tensor.shape());
        assertThat(tensor.content().toArray()).isEqualTo(written.content().toArray());
      }
      GgufWriter again = new GgufWriter();
      gguf.tensors().values().forEach(again::tensor);
      assertThat(TinyGguf.bytes(again).length).isPositive();
    }
  }

  @Test
  void readsRealModels() throws IOException {
    Path models = Path.of(System.getProperty("puna.test.shared", "shared")).resolve("models");
    assumeTrue(Files.isDirectory(models), "needs shared/models, which this checkout lacks");
    List<Path> files;
    try (Stream<Path> all = Files.walk(models)) {
      files = all.filter(path -> path.toString().endsWith(".gguf")).toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      try (GgufFile gguf = GgufFile.open(file)) {
        assertThat(gguf.metadata().string("general.architecture")).as("%s", file).contains("llama");
        assertThat(gguf.find("token_embd.weight")).as("%s", file).isPresent();
        long layers = gguf.metadata().requireInteger("llama.block_count");
        assertThat(gguf.tensors().size()).as("%s", file).isGreaterThan((int) (9 * layers));
      }
    }
  }

  @Test
  void refusesContentOfAnotherSizeAndLeavesNothing() throws IOException {
    GgufWriter writer = new GgufWriter().tensor("a", TensorType.F32, Shape.of(8), _ -> {});
    assertThatIllegalStateException()
        .isThrownBy(() -> writer.write(folder.resolve("bad.gguf")))
        .withMessage("a: the content must have 32 bytes, found 0");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
