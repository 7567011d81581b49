package puna.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelReadException;
import puna.tensor.StoredBytes;

class ModelFileTest {
  private static final byte[] BYTES = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

  @TempDir private Path folder;

  @Test
  void readsPartsOfPartsByPlace() throws IOException {
    try (ModelFile file = ModelFile.open(write())) {
      StoredBytes part = file.slice(2, 6).slice(1, 4);
      assertThat(part.toArray()).containsExactly(3, 4, 5, 6);
      assertThat(part.memory()).isEmpty();
      assertThatThrownBy(() -> part.slice(1, 4)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> part.read(2, MemorySegment.ofArray(new byte[3])))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void mappedPartsLieInMemory() throws IOException {
    try (ModelFile file = ModelFile.open(write());
        Arena arena = Arena.ofShared()) {
      file.map(arena);
      MemorySegment part = file.slice(3, 2).memory().orElseThrow();
      assertThat(part.isMapped()).isTrue();
      assertThat(part.isReadOnly()).isTrue();
      assertThat(part.asByteBuffer().get(1)).isEqualTo((byte) 4);
    }
  }

  @Test
  void aMappingThatTheSystemRefusesNamesTheFile() throws IOException {
    Path path = write();
    ModelFile file = ModelFile.open(path);
    file.close(); // a closed channel stands for whatever makes a system refuse
    try (Arena arena = Arena.ofShared()) {
      assertThatExceptionOfType(ModelReadException.class)
          .isThrownBy(() -> file.map(arena))
          .withMessageContainingAll(path.toString(), "does not map its 10 bytes");
    }
  }

  @Test
  void aFileThatEndsEarlierNowIsToldByNameAndLength() throws IOException {
    Path path = write();
    try (ModelFile file = ModelFile.open(path);
        FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
      other.truncate(4);
      assertThatExceptionOfType(ModelReadException.class)
          .isThrownBy(() -> file.slice(2, 8).toArray())
          .withMessageContainingAll(path.toString(), "had 10 bytes", "ends after 4 bytes now");
      assertThatExceptionOfType(ModelReadException.class)
          .isThrownBy(file::requireUnchanged)
          .withMessageContainingAll(path.toString(), "4 bytes now");
    }
  }

  private Path write() throws IOException {
    return Files.write(folder.resolve("model.gguf"), BYTES);
  }
}
