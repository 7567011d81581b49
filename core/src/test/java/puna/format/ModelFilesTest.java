package puna.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.EmbeddedModel;
import puna.gguf.GgufFile;
import puna.tensor.ModelWarnings;
import puna.token.Tokenizer;

class ModelFilesTest {
  @TempDir private Path folder;

  @Test
  void givesAllThatAModelIsMadeFrom() throws IOException {
    Path file = EmbeddedModel.path();
    try (ModelContents source = ModelFiles.open(file);
        GgufFile gguf = GgufFile.open(file)) {
      ModelWarnings warnings = new ModelWarnings();
      Tokenizer tokenizer = source.tokenizer(warnings);
      assertThat(source.origin()).isEqualTo(gguf.origin());
      assertThat(source.files()).containsExactly(file);
      assertThat(source.metadata().values().keySet()).isEqualTo(gguf.metadata().values().keySet());
      assertThat(source.tensors().keySet()).isEqualTo(gguf.tensors().keySet());
      assertThat(tokenizer.vocabularySize()).isEqualTo(49_152);
      assertThat(source.chat(tokenizer, Clock.systemUTC(), warnings).source())
          .contains("<|im_start|>");
      assertThat(source.find("output_norm.weight").orElseThrow().content().memory()).isEmpty();
      source.map();
      assertThat(source.find("output_norm.weight").orElseThrow().content().memory()).isPresent();
      source.requireUnchanged();
    }
  }

  @Test
  void tellsAFormatByItsFirstBytesWhateverItsName() throws IOException {
    assertThat(ModelFiles.format(EmbeddedModel.path()).map(ModelFormat::name)).contains("GGUF");
    assertThat(ModelFiles.format(write("GGUF and more")).map(ModelFormat::name)).contains("GGUF");
    assertThat(ModelFiles.format(write("GGU"))).isEmpty();
    assertThat(ModelFiles.format(write(""))).isEmpty();
    assertThat(ModelFiles.format(write("{}"))).isEmpty();
    assertThat(ModelFiles.format(folder)).isEmpty();
    assertThat(ModelFiles.format(folder.resolve("missing"))).isEmpty();
  }

  @Test
  void whatIsNoModelFailsAsAGgufFileDoes() throws IOException {
    for (Path file : new Path[] {write(""), write("{}"), folder.resolve("missing")}) {
      Throwable expected = catchThrowable(() -> GgufFile.open(file).close());
      assertThatThrownBy(() -> ModelFiles.open(file).close())
          .isInstanceOf(expected.getClass())
          .hasMessage(expected.getMessage());
    }
  }

  private Path write(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "model", ".bin"), text);
  }
}
