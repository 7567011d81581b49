package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.backend.cpu.CpuBackend;
import puna.format.ConvertedContents;
import puna.format.ModelContents;
import puna.format.ModelFiles;
import puna.gguf.GgufFile;
import puna.gguf.GgufWriter;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.ModelShapes;
import puna.model.synthetic.RandomModelMetadata;
import puna.model.synthetic.WeightMix;
import puna.quant.BlockFormats;
import puna.tensor.ModelWarnings;
import puna.tensor.Shape;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;
import puna.tensor.TensorType;

/// The same mixture of experts in the forms that files have it in.
class MixtureFilesTest {
  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"maverick-like", "scout-like", "mixtral-like"})
  void aGgufFileGivesWhatTheFolderGives(String model) throws IOException {
    MixtureFixture fixture = new MixtureFixture(model);
    Path file = temp.resolve("model.gguf");
    try (TensorSource folder = fixture.open(temp, "config.json")) {
      GgufWriter writer = new GgufWriter();
      writer.setAll(folder.metadata().values());
      folder.tensors().values().forEach(writer::tensor);
      writer.write(file);
      try (GgufFile gguf = GgufFile.open(file)) {
        assertThat(gguf.metadata().string("general.architecture"))
            .hasValue(model.equals("mixtral-like") ? "llama" : "llama4");
        check(fixture, gguf);
      }
    }
  }

  /// As recent files of Mixtral have them; early ones have a tensor each, as the folder does.
  @Test
  void expertsMayLieInOneTensor() throws IOException {
    MixtureFixture fixture = new MixtureFixture("mixtral-like");
    try (TensorSource folder = fixture.open(temp, "config.json");
        MemoryTensors together = MixtureTwins.decoded(folder)) {
      int experts = LlamaModel.configOf(folder).mixture().orElseThrow().count();
      for (int layer = 0; layer < LlamaModel.configOf(folder).layers(); layer++) {
        for (String part : new String[] {"gate", "up", "down"}) {
          stack(together, "blk." + layer + ".ffn_" + part, experts);
        }
      }
      assertThat(together.tensors()).containsKey("blk.1.ffn_up_exps.weight").hasSize(23);
      check(fixture, together);
    }
  }

  private static void stack(MemoryTensors model, String name, int experts) {
    Tensor first = model.find(name + ".0.weight").orElseThrow();
    int each = (int) first.shape().elements();
    float[] all = new float[each * experts];
    for (int expert = 0; expert < experts; expert++) {
      String own = name + "." + expert + ".weight";
      float[] values = BlockFormats.floats(model.find(own).orElseThrow());
      System.arraycopy(values, 0, all, expert * each, each);
      model.without(own);
    }
    Shape shape = Shape.of(first.shape().ne0(), first.shape().ne1(), experts);
    model.with(name + "_exps.weight", shape, all);
  }

  /// As published: the text model stands beside the one for images, which is left out.
  @Test
  void theTextModelMayBeAPart() throws IOException {
    MixtureFixture fixture = new MixtureFixture("scout-like");
    String text = fixture.text("config-v4.json");
    String config =
        """
        {"model_type": "llama4", "text_config": %s, "vision_config": {"model_type": "x"}}
        """
            .formatted(text);
    try (TensorSource folder = fixture.openNested(temp, config)) {
      assertThat(folder.tensors()).doesNotContainKey("vision_model.patch_embedding.linear.weight");
      check(fixture, folder);
    }
  }

  /// Experts get the other type, and what chooses them stays as it is.
  @Test
  void expertsMayBeConvertedWhileTheyAreLoaded() throws IOException {
    MixtureFixture fixture = new MixtureFixture("maverick-like");
    fixture.open(temp, "config.json").close();
    Path folder = temp.resolve("maverick-like-config.json");
    try (ModelContents stored = ModelFiles.open(folder);
        ModelContents converted = new ConvertedContents(stored, TensorType.Q8_0)) {
      assertThat(type(converted, "blk.1.ffn_gate_exps.weight")).isEqualTo(TensorType.Q8_0);
      assertThat(type(converted, "blk.1.ffn_down_exps.weight")).isEqualTo(TensorType.Q8_0);
      assertThat(type(converted, "blk.1.ffn_gate_inp.weight")).isEqualTo(TensorType.F32);
      MixtureFixture.Case prompt = fixture.cases().getFirst();
      float[][] expected = fixture.logits(prompt);
      try (MemoryTensors twin = MixtureTwins.decoded(converted);
          CpuBackend backend = new CpuBackend(2, Optional.of("scalar"));
          Decoder decoder = MixtureContract.decoder(converted, backend);
          Decoder other = MixtureContract.decoder(twin, backend)) {
        decoder.forward(Batches.all(prompt.prompt(), 0, 0, 1));
        other.forward(Batches.all(prompt.prompt(), 0, 0, 1));
        for (int position = 0; position < expected.length; position++) {
          float[] logits = MixtureContract.read(decoder, position);
          assertThat(logits).containsExactly(expected[position], within(0.2f));
          assertThat(logits).containsExactly(MixtureContract.read(other, position), within(1e-4f));
        }
      }
    }
  }

  private static TensorType type(TensorSource source, String name) {
    return source.find(name).orElseThrow().type();
  }

  /// What converters leave out is as the published models have it.
  @Test
  void absentKeysAreThoseOfThePublishedModels() {
    ModelShape scout = ModelShapes.named("llama-4-scout").orElseThrow().withLayers(8);
    ModelShape maverick = ModelShapes.named("llama-4-maverick").orElseThrow().withLayers(8);
    try (TensorSource file = headerOf(scout);
        TensorSource other = headerOf(maverick)) {
      InterleavedAttention attention = LlamaModel.configOf(file).interleaved().orElseThrow();
      assertThat(attention.chunk()).hasValue(8192);
      assertThat(attention.globalLayers()).containsExactlyInAnyOrder(3, 7);
      assertThat(attention.headNorm()).isEqualTo(HeadNorm.RMS);
      assertThat(attention.temperature().orElseThrow().at(8190)).isEqualTo(1);
      assertThat(attention.temperature().orElseThrow().at(8191)).isEqualTo(1.0693147f);
      assertThat(LlamaModel.configOf(file).mixture().orElseThrow().layers()).hasSize(8);
      LlamaConfig second = LlamaModel.configOf(other);
      assertThat(second.interleaved().orElseThrow().headNorm()).isEqualTo(HeadNorm.NONE);
      assertThat(second.mixture().orElseThrow().layers()).containsExactlyInAnyOrder(1, 3, 5, 7);
    }
  }

  /// The metadata of a shape, with the one tensor that the configuration asks for.
  private static TensorSource headerOf(ModelShape shape) {
    MemoryTensors model = new MemoryTensors();
    RandomModelMetadata.of(shape, WeightMix.named("F32")).forEach(model::with);
    return model
        .without("tokenizer.ggml.tokens")
        .with("token_embd.weight", Shape.of(1, 2), new float[2]);
  }

  private static void check(MixtureFixture fixture, TensorSource source) throws IOException {
    MixtureFixture.Case prompt = fixture.cases().getLast();
    ModelWarnings warnings = new ModelWarnings();
    try (CpuBackend backend = new CpuBackend(2, Optional.of("scalar"))) {
      LlamaModel.load(source, backend, warnings, bytes -> {});
      assertThat(warnings.all()).isEmpty();
      try (Decoder decoder = MixtureContract.decoder(source, backend)) {
        decoder.forward(Batches.all(prompt.prompt(), 0, 0, 1, 2, 3, 4));
        float[][] expected = fixture.logits(prompt);
        for (int position = 0; position < expected.length; position++) {
          assertThat(MixtureContract.read(decoder, position))
              .containsExactly(expected[position], within(2e-4f));
        }
      }
    }
  }
}
