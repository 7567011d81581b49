package puna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.error.ModelFormatException;
import puna.error.ModelNotFoundException;
import puna.json.JsonValue.JsonNull;
import puna.json.JsonValue.JsonNumber;
import puna.json.JsonValue.JsonString;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;

class ModelCardTest {
  @TempDir private static Path folder;

  private static Path write(String name, String mix) throws IOException {
    Path file = folder.resolve(name);
    new RandomModel(shape(), WeightMix.named(mix), 1).write(file);
    return file;
  }

  private static ModelShape shape() {
    return new ModelShape(
        "card",
        320,
        512,
        64,
        2,
        4,
        2,
        16,
        128,
        1e-5,
        10_000,
        Optional.empty(),
        true,
        Optional.empty());
  }

  @Test
  void aFileIsDescribedWithoutItsWeights() throws IOException {
    Path file = write("model.gguf", "Q8_0");
    ModelCard card = ModelCard.of(ModelSource.file(file));
    assertThat(card.file()).isEqualTo(file);
    assertThat(card.fileBytes()).isEqualTo(Files.size(file));
    assertThat(card.modified())
        .isEqualTo(Files.getLastModifiedTime(file).toInstant())
        .isBefore(Instant.now().plusSeconds(1));
    assertThat(card.architecture()).isEqualTo("llama");
    assertThat(card.weightType()).isEqualTo("Q8_0");
    assertThat(card.trainedContext()).hasValue(512);
    assertThat(card.embeddingDimensions()).hasValue(64);
    assertThat(card.parameters()).isPositive();
    assertThat(card.embeds()).isFalse();
    assertThat(card.infills()).isFalse();
    assertThat(card.metadata().members())
        .containsEntry("general.architecture", new JsonString("llama"))
        .containsEntry("llama.context_length", JsonNumber.of(512))
        .containsEntry("tokenizer.ggml.tokens", JsonNull.NULL);
  }

  @Test
  void theEmbeddedModelTalksAndDoesNotThink() {
    ModelCard card = ModelCard.of(ModelSource.file(EmbeddedModel.path()));
    assertThat(card.chats()).isTrue();
    assertThat(card.chatTemplate())
        .hasValueSatisfying(text -> assertThat(text).contains("<|im_start|>"));
    assertThat(card.thinks()).isFalse();
    assertThat(card.takesTools()).isFalse();
    assertThat(card.parameters()).isEqualTo(134_515_008);
  }

  @ParameterizedTest
  @CsvSource({"0, F32", "7, Q8_0", "15, Q4_K_M", "10, Q2_K", "32, BF16"})
  void aNumberOfGgufStandsForAMixOfWeights(long number, String name) {
    assertThat(WeightMix.nameOf(number)).isEqualTo(Optional.of(name));
    assertThat(WeightMix.nameOf(number + 1000)).isEmpty();
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("no.gguf"), "no model at all");
    assertThatExceptionOfType(ModelFormatException.class)
        .isThrownBy(() -> ModelCard.of(ModelSource.file(file)));
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> ModelCard.of(ModelSource.file(folder.resolve("absent.gguf"))));
  }
}
