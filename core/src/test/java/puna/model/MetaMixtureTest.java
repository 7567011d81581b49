package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.backend.cpu.CpuBackend;
import puna.checkpoint.Checkpoint;
import puna.checkpoint.meta.MetaCheckpoint;
import puna.checkpoint.meta.MetaTwin;
import puna.quant.BlockFormats;
import puna.tensor.ModelWarnings;
import puna.tensor.Shape;
import puna.tensor.TensorSource;

/// Llama 4 as Meta's checkpoints have it, in one part and in two.
class MetaMixtureTest {
  private static final String FREQUENCIES = "rope_freqs.weight";
  private static final int[] BLOCKS = {4, 0, 2, 6, 1, 3, 5, 7};

  @TempDir private Path temp;

  @ParameterizedTest
  @CsvSource({"maverick-like, 1", "maverick-like, 2", "scout-like, 1", "scout-like, 2"})
  void givesWhatTheFolderGives(String model, int parts) throws IOException {
    MixtureFixture fixture = new MixtureFixture(model);
    try (Checkpoint folder = fixture.open(temp, "config.json")) {
      new MetaTwin(folder, parts).write(temp.resolve("meta"));
      try (Checkpoint meta = MetaCheckpoint.open(temp.resolve("meta"))) {
        assertThat(meta.files().paths()).hasSize(parts);
        assertThat(meta.tensors().keySet())
            .containsExactlyInAnyOrderElementsOf(folder.tensors().keySet());
        folder
            .tensors()
            .forEach((name, tensor) -> {
              if (!name.equals(FREQUENCIES)) {
                assertThat(BlockFormats.floats(meta.find(name).orElseThrow()))
                    .as(name)
                    .containsExactly(BlockFormats.floats(tensor));
              }
            });
        assertThat(LlamaModel.configOf(meta).interleaved())
            .isEqualTo(LlamaModel.configOf(folder).interleaved());
        assertThat(LlamaModel.configOf(meta).mixture())
            .isEqualTo(LlamaModel.configOf(folder).mixture());
        if (model.equals("maverick-like")) {
          check(fixture, meta);
        } else {
          check(fixture, stretchedAs(folder, meta));
        }
      }
    }
  }

  /// Meta's code has one original context, of 8,192, for every model; the fixture has another.
  private static TensorSource stretchedAs(TensorSource folder, TensorSource meta) {
    float[] divisors = BlockFormats.floats(folder.find(FREQUENCIES).orElseThrow());
    return MixtureTwins.decoded(meta).with(FREQUENCIES, Shape.of(divisors.length), divisors);
  }

  private static void check(MixtureFixture fixture, TensorSource source) throws IOException {
    ModelWarnings warnings = new ModelWarnings();
    try (CpuBackend backend = new CpuBackend(2, Optional.of("scalar"))) {
      LlamaModel.load(source, backend, warnings, bytes -> {});
      assertThat(warnings.all()).isEmpty();
      try (Decoder decoder = MixtureContract.decoder(source, backend)) {
        for (MixtureFixture.Case each : fixture.cases()) {
          float[][] expected = fixture.logits(each);
          decoder.forward(Batches.all(each.prompt(), 0, BLOCKS));
          for (int position = 0; position < expected.length; position++) {
            assertThat(MixtureContract.read(decoder, position))
                .as("%s at %s", each.name(), position)
                .containsExactly(expected[position], within(2e-4f));
          }
          assertThat(MixtureContract.greedy(decoder, each)).isEqualTo(each.greedy());
        }
      }
    }
  }

  /// Scout's own values stand in no file: a factor of 16, and nothing between short and long waves.
  @Test
  void frequenciesAreStretchedAsScouts() throws IOException {
    try (Checkpoint folder = new MixtureFixture("scout-like").open(temp, "config.json")) {
      new MetaTwin(folder, 1).write(temp.resolve("meta"));
      try (Checkpoint meta = MetaCheckpoint.open(temp.resolve("meta"))) {
        assertThat(BlockFormats.floats(meta.find(FREQUENCIES).orElseThrow()))
            .containsExactly(1, 1, 1, 1, 1, 16, 16, 16);
      }
      new MetaTwin(folder, 1)
          .withParams(
              "\"use_scaled_rope\": true",
              "\"use_scaled_rope\": true, \"rope_scaling_factor\": 4,"
                  + " \"rope_high_freq_factor\": 64")
          .write(temp.resolve("other"));
      try (Checkpoint meta = MetaCheckpoint.open(temp.resolve("other"))) {
        float[] divisors = BlockFormats.floats(meta.find(FREQUENCIES).orElseThrow());
        assertThat(divisors).startsWith(1, 1).endsWith(4, 4, 4);
        assertThat(divisors[4]).isBetween(1.1f, 3.9f);
      }
    }
  }

  /// What a file leaves out is as in Meta's code, but for the temperature.
  @Test
  void absentParametersAreMetas() throws IOException {
    try (Checkpoint folder = new MixtureFixture("maverick-like").open(temp, "config.json")) {
      new MetaTwin(folder, 1)
          .withParams("\"attention_chunk_size\": 16,", "")
          .withParams("\"nope_layer_interval\": 4,", "\"nope_layer_interval\": null,")
          .withParams(
              "\"attn_temperature_tuning\": true, \"floor_scale\": 8, \"attn_scale\": 0.3,", "")
          .write(temp.resolve("meta"));
      try (Checkpoint meta = MetaCheckpoint.open(temp.resolve("meta"))) {
        InterleavedAttention attention = LlamaModel.configOf(meta).interleaved().orElseThrow();
        assertThat(attention.chunk()).isEmpty();
        assertThat(attention.globalLayers()).isEmpty();
        assertThat(attention.headNorm()).isEqualTo(HeadNorm.NONE);
        assertThat(attention.temperature().orElseThrow().at(8191)).isEqualTo(1.0693147f);
        assertThat(meta.metadata().values())
            .containsAllEntriesOf(
                Map.of(
                    "general.architecture", "llama4",
                    "llama4.context_length", 1_048_576L,
                    "llama4.feed_forward_length", 80L,
                    "llama4.expert_feed_forward_length", 32L,
                    "llama4.rope.freq_base", 500_000.0));
      }
    }
  }
}
