package puna.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelFormatException;
import puna.format.ModelContents;
import puna.format.ModelFiles;

class GgufPlaceTest {
  @TempDir Path folder;

  @Test
  void anyPartLeadsToTheFirst() throws IOException {
    Path first = create("m-00001-of-00003.gguf");
    assertThat(GgufPlace.firstFile(create("m-00003-of-00003.gguf"))).isEqualTo(first);
    assertThat(GgufPlace.firstFile(first)).isEqualTo(first);
    Path alone = create("n-00002-of-00003.gguf");
    assertThat(GgufPlace.firstFile(alone)).isEqualTo(alone);
    Path whole = create("whole.gguf");
    assertThat(GgufPlace.firstFile(whole)).isEqualTo(whole);
  }

  @Test
  void aFolderIsItsOnlyModel() throws IOException {
    assertThat(GgufPlace.isIn(folder)).isFalse();
    create("mmproj-model.gguf");
    create("notes.txt");
    assertThat(GgufPlace.isIn(folder)).isFalse();
    Path first = create("m-00001-of-00002.gguf");
    create("m-00002-of-00002.gguf");
    assertThat(GgufPlace.isIn(folder)).isTrue();
    assertThat(GgufPlace.firstFile(folder)).isEqualTo(first);
    create("other.gguf");
    assertThat(GgufPlace.isIn(folder)).isTrue();
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> GgufPlace.firstFile(folder))
        .withMessage(
            folder
                + ": a folder that is named must hold one GGUF model, found 2:"
                + " m-00001-of-00002.gguf, other.gguf; name one of them");
  }

  @Test
  void theFolderOpens() throws IOException {
    Files.write(folder.resolve("tiny.gguf"), TinyGguf.bytes());
    try (ModelContents model = ModelFiles.open(folder)) {
      assertThat(model.origin()).isEqualTo("tiny.gguf");
    }
    Files.writeString(folder.resolve("config.json"), "{}");
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ModelFiles.open(folder).close()); // as what config.json says it is
  }

  private Path create(String name) throws IOException {
    return Files.createFile(folder.resolve(name));
  }
}
