package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.checkpoint.GoldenCheckpoint;
import puna.format.ModelFiles;
import puna.format.ModelFormat;

/// Checkpoints of others are opened like any model, by their folder or by a file of theirs.
class EveryFormatTest {
  @ParameterizedTest
  @CsvSource({
    "meta-1part, Meta checkpoint, params.json",
    "meta-2parts, Meta checkpoint, consolidated.00.pth",
    "meta-llama3-2parts, Meta checkpoint, params.json",
    "llama2c-v0, llama2.c, model.bin",
    "llama2c-v1, llama2.c, model.bin",
    "llama2c-v2, llama2.c, model.bin"
  })
  void answersAsTheReference(String name, String format, String file) {
    GoldenCheckpoint golden = GoldenCheckpoint.named(name);
    for (Path named : new Path[] {golden.folder(), golden.folder().resolve(file)}) {
      assertThat(ModelFiles.format(named).map(ModelFormat::name)).contains(format);
      try (Llama llama = FormatFixtures.open(named, KernelTier.SCALAR)) {
        int[] answered =
            llama
                .generate(
                    Prompt.tokens(golden.prompt()), GenerationOptions.greedy().withMaxTokens(8))
                .tokens();
        assertThat(answered).isEqualTo(golden.greedy());
        golden
            .tokens()
            .forEach(
                text -> assertThat(llama.tokenizer().encode(text.text())).isEqualTo(text.ids()));
      }
    }
  }

  @Test
  void aFileNamedLikeWeightsAloneIsNone(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("notes.bin"), "no weights at all, only some text");
    assertThat(ModelFiles.format(file)).isEmpty();
    assertThat(ModelFiles.format(folder)).isEmpty();
  }
}
