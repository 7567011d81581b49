package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.error.ModelFormatException;
import puna.error.ModelNotFoundException;
import puna.error.ModelReadException;

@Timeout(60)
class ModelSourceTest {
  private static final LlamaOptions OPTIONS = LlamaOptions.defaults();

  @TempDir private Path folder;

  @Test
  void aFileIsItself() throws IOException {
    Path file = Files.createFile(folder.resolve("some model.gguf"));
    assertThat(ModelSource.file(file).resolve()).isEqualTo(file);
    assertThat(ModelSource.of(file.toString()).resolve()).isEqualTo(file);
    assertThat(ModelSource.file(file)).hasToString(file.toString());
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("missing.gguf");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> Llama.open(missing))
        .withMessage(missing + ": there is no such file, check the path");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> Llama.open(missing.toString()))
        .withMessageStartingWith(
            "\"%s\" is neither a file nor the name of a known model; give the path of a GGUF file",
            missing);
  }

  @Test
  void aFolderMustHoldAModel() {
    for (String named : List.of(folder.toString(), "")) {
      assertThatExceptionOfType(ModelNotFoundException.class)
          .isThrownBy(() -> Llama.open(Path.of(named)))
          .withMessageStartingWith(
              named + ": is a folder without a model: it must hold a GGUF file, config.json and");
    }
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> Llama.open(folder.toString()))
        .withMessageStartingWith("%s: is a folder without a model", folder);
  }

  @Test
  void aNameIsNeverAPath() throws IOException {
    Path file = Files.createFile(folder.resolve("smollm2-135m"));
    for (String name : new String[] {file.toString(), "../" + file, "./smollm2-135m", "a/b", "~"}) {
      assertThatExceptionOfType(ModelNotFoundException.class)
          .isThrownBy(() -> ModelSource.named(name).resolve())
          .withMessageContaining("\"" + name + "\" is neither a file nor the name of a known model")
          .withMessageContaining("smollm2-135m");
    }
  }

  @Test
  void aFileIsNeverAName() {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> ModelSource.file(Path.of("smollm2-135m")).resolve())
        .withMessage("smollm2-135m: there is no such file, check the path");
  }

  @Test
  void knownModelsAreListed() {
    assertThat(ModelSource.known())
        .anySatisfy(model -> assertThat(model.name()).isEqualTo("smollm2-135m"));
  }

  @Test
  void somethingMustBeSaid() {
    for (String nothing : new String[] {"", " ", "\t\n"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ModelSource.of(nothing))
          .withMessage("model must be a path or a model's name, found nothing");
      assertThatIllegalArgumentException().isThrownBy(() -> ModelSource.named(nothing));
      assertThatIllegalArgumentException().isThrownBy(() -> Llama.open(nothing));
    }
  }

  @Test
  @SuppressWarnings("NullAway") // nulls of callers that nobody checks
  void nothingIsNull() {
    assertThatNullPointerException().isThrownBy(() -> ModelSource.file(null)).withMessage("file");
    assertThatNullPointerException().isThrownBy(() -> ModelSource.of(null));
    assertThatNullPointerException().isThrownBy(() -> ModelSource.named(null));
    assertThatNullPointerException().isThrownBy(() -> Llama.open((Path) null));
    assertThatNullPointerException().isThrownBy(() -> Llama.open(null, OPTIONS));
  }

  @Test
  void aTextThatIsNoPathIsNoModel() {
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> Llama.open("a\0b"))
        .withMessageContaining("neither a file nor the name of a known model");
  }

  @Test
  void aFileThatIsNoModelIsRefusedByItsFormat() throws IOException {
    Path file = Files.writeString(folder.resolve("model.gguf"), "this is no model at all");
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> Llama.open(file))
        .withMessageContaining("model.gguf");
    Path empty = Files.createFile(folder.resolve("empty.gguf"));
    assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> Llama.open(empty));
  }

  @Test
  void aFileOfAnotherFileSystemIsRefused() throws IOException {
    Path model = SmallModels.write(folder, "Q4_0");
    Path zip = folder.resolve("model.zip");
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path copy = Files.copy(model, files.getPath("/model.gguf"));
      for (WeightMemory memory : WeightMemory.values()) {
        assertThatExceptionOfType(ModelReadException.class)
            .isThrownBy(() -> Llama.open(ModelSource.file(copy), OPTIONS.withWeightMemory(memory)))
            .withMessage("/model.gguf: only files of the default file system can be opened");
      }
      assertThatExceptionOfType(ModelNotFoundException.class)
          .isThrownBy(() -> Llama.open(files.getPath("/missing.gguf")));
      assertThatExceptionOfType(ModelReadException.class)
          .isThrownBy(() -> Llama.open(files.getPath("/")))
          .withMessage("/model.gguf: only files of the default file system can be opened");
    }
  }

  @Test
  void sourcesAreEqualByKindAndValue() {
    Path file = Path.of("model.gguf");
    assertThat(ModelSource.file(file))
        .isEqualTo(ModelSource.file(Path.of("model.gguf")))
        .hasSameHashCodeAs(ModelSource.file(Path.of("model.gguf")))
        .isNotEqualTo(ModelSource.of("model.gguf"))
        .isNotEqualTo(ModelSource.file(file.toAbsolutePath()));
    assertThat(ModelSource.named("a"))
        .isEqualTo(ModelSource.named("a"))
        .isNotEqualTo(ModelSource.of("a"))
        .isNotEqualTo(ModelSource.named("b"))
        .hasToString("a");
  }
}
