package puna.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.checkpoint.GoldenCheckpoint.Run;
import puna.checkpoint.llama2c.Llama2cCheckpoint;
import puna.checkpoint.meta.MetaCheckpoint;
import puna.token.Tokenizer;
import puna.token.file.TokenizerFiles;

/// Models in the files of others give the logits and ids of the programs that they come from.
class CheckpointGoldenTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "meta-1part",
        "meta-2parts",
        "meta-llama3-2parts",
        "llama2c-v0",
        "llama2c-v1",
        "llama2c-v2"
      })
  void givesTheReferenceLogitsAndIds(String name) throws IOException {
    GoldenCheckpoint golden = GoldenCheckpoint.named(name);
    try (Checkpoint checkpoint = open(golden.folder())) {
      Run run = Run.of(checkpoint, golden.prompt(), golden.greedy().length);
      assertThat(run.logits())
          .containsExactly(golden.logits(), Offset.offset(GoldenCheckpoint.BOUND));
      assertThat(run.argmax()).isEqualTo(golden.argmax());
      assertThat(run.greedy()).isEqualTo(golden.greedy());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "meta-1part",
        "meta-2parts",
        "meta-llama3-2parts",
        "llama2c-v0",
        "llama2c-v1",
        "llama2c-v2"
      })
  void givesTheReferenceTokens(String name) {
    GoldenCheckpoint golden = GoldenCheckpoint.named(name);
    Tokenizer tokenizer = tokenizer(golden.folder());
    assertThat(golden.tokens())
        .hasSizeGreaterThan(5)
        .allSatisfy(tokens -> {
          assertThat(tokenizer.encode(tokens.text())).as(tokens.text()).isEqualTo(tokens.ids());
          assertThat(tokenizer.decode(tokens.ids())).isEqualTo(tokens.decoded());
        });
    assertThat(tokenizer.addsBos()).isTrue();
  }

  @Test
  void oneOrTwoPartsAreTheSameModel() {
    try (Checkpoint one = open(GoldenCheckpoint.named("meta-1part").folder());
        Checkpoint two = open(GoldenCheckpoint.named("meta-2parts").folder())) {
      assertThat(two.tensors().keySet()).isEqualTo(one.tensors().keySet());
      one.tensors()
          .forEach((name, tensor) ->
              assertThat(two.find(name).orElseThrow().content().toArray())
                  .as(name)
                  .isEqualTo(tensor.content().toArray()));
    }
  }

  private static Checkpoint open(Path folder) {
    return MetaCheckpoint.recognises(folder)
        ? MetaCheckpoint.open(folder)
        : Llama2cCheckpoint.open(folder);
  }

  private static Tokenizer tokenizer(Path folder) {
    try (Checkpoint checkpoint = open(folder)) {
      int vocabulary = (int) checkpoint.metadata().requireInteger("llama.vocab_size");
      return MetaCheckpoint.tokenizer(folder)
          .map(file -> TokenizerFiles.open(file, vocabulary))
          .orElseGet(() ->
              TokenizerFiles.openLlama2c(
                  Llama2cCheckpoint.tokenizer(folder).orElseThrow(), vocabulary));
    }
  }
}
