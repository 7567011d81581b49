package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.gguf.GgufFile;
import puna.gguf.GgufWriter;
import puna.gguf.MetadataType;
import puna.hub.ModelStore;
import puna.sample.SamplerStep;
import puna.sample.SamplingOptions;
import puna.tensor.Metadata;
import puna.tensor.ModelWarnings;
import puna.tensor.OutOfRange;

/// Sampling parameters that come with a model: file, then artifact, then caller.
class SuggestedSamplingTest {
  @TempDir private Path folder;
  private final ModelWarnings warnings = new ModelWarnings();

  @Test
  void readsTheKeysThatLlamaCppReads() {
    SamplingOptions found =
        read(
            Map.of(
                "top_k", 20L,
                "top_p", 0.8,
                "min_p", 0.01,
                "temp", 0.7,
                "penalty_last_n", 32L,
                "penalty_repeat", 1.1,
                "xtc_probability", 0.5,
                "xtc_threshold", 0.2));

    assertThat(found.steps())
        .containsExactlyInAnyOrder(
            new SamplerStep.Penalties(32, 1.1f, 0, 0),
            new SamplerStep.TopK(20),
            new SamplerStep.TopP(0.8f),
            new SamplerStep.MinP(0.01f),
            new SamplerStep.Xtc(0.5f, 0.2f),
            new SamplerStep.Temperature(0.7f, 0, 1));
    assertThat(warnings.all()).isEmpty();
  }

  @Test
  void nothingSaidIsNothingSet() {
    assertThat(read(Map.of())).isEqualTo(SamplingOptions.defaults());
    assertThat(warnings.all()).isEmpty();
  }

  @Test
  void aSequenceListsTheStepsAndTheCallersJoinThem() {
    SamplingOptions model =
        read(Map.of("sequence", "temperature;top_k", "temp", 0.5, "top_p", 0.3))
            .over(SamplingOptions.metaDefaults());

    assertThat(model.steps())
        .containsExactly(new SamplerStep.Temperature(0.5f, 0, 1), new SamplerStep.TopK(40));
    assertThat(SamplingOptions.defaults().withMinP(0.1f).withTemperature(1).over(model).steps())
        .contains(
            new SamplerStep.MinP(0.1f),
            new SamplerStep.Temperature(1, 0, 1),
            new SamplerStep.TopK(40))
        .hasSize(3);
    assertThat(SamplingOptions.greedy().over(model)).isEqualTo(SamplingOptions.greedy());
    assertThat(warnings.all()).isEmpty();
  }

  @Test
  void mirostatIsAStepOfItsOwnAndZeroIsNone() {
    SamplingOptions model = SamplingOptions.metaDefaults();
    assertThat(read(Map.of("mirostat", 0L, "mirostat_tau", 4.0))).isEqualTo(read(Map.of()));
    assertThat(read(Map.of("mirostat", 1L, "mirostat_tau", 4.0)).over(model).steps())
        .containsExactly(
            new SamplerStep.Temperature(0.6f, 0, 1), new SamplerStep.Mirostat(1, 4, 0.1f));
    assertThat(warnings.all()).isEmpty();
  }

  @Test
  void aSequenceOfTwoStepsThatDrawDoesNotKeepAModelFromOpening() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("sequence", "mirostat;adaptive_p;temperature");
    values.put("temp", 0.3);
    assertThat(read(values).over(SamplingOptions.metaDefaults()).temperature()).contains(0.3f);
    assertThat(read(Map.of("sequence", ""))).isEqualTo(SamplingOptions.defaults());
    assertThat(warnings.all()).anyMatch(line -> line.contains("general.sampling.sequence"));
  }

  @Test
  void whatIsOddIsAWarningEachAndTheRestIsRead() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("temp", -1.0);
    values.put("top_p", "high");
    values.put("top_k", 4.5);
    values.put("min_p", Double.NaN);
    values.put("penalty_last_n", 1L << 40);
    values.put("penalty_repeat", new OutOfRange("must be 0 or 1", "7", "7"));
    values.put("xtc_probability", new long[] {1});
    values.put("sequence", "top_k;cleverness;top_k;temperature");
    values.put("mirostat", 3L);
    values.put("mirostat_tau", true);
    values.put("cleverness", 9L);
    values.put("xtc_threshold", 0.3);

    assertThat(read(values).steps())
        .containsExactly(new SamplerStep.TopK(40), new SamplerStep.Temperature(0.8f, 0, 1));
    List<String> left = new ArrayList<>(warnings.all());
    for (String key : values.keySet()) {
      boolean told = left.stream().anyMatch(line -> line.contains("general.sampling." + key + " "));
      assertThat(told).as(key).isEqualTo(!key.equals("xtc_threshold"));
    }
  }

  @Test
  void aFileSaysItsOwnAndTheCallerGoesAbove() throws IOException {
    Path plain = SmallModels.write(folder, "F32");
    Path file = folder.resolve("suggesting.gguf");
    try (GgufFile source = GgufFile.open(plain)) {
      GgufWriter writer = new GgufWriter();
      source
          .metadata()
          .values()
          .forEach((key, value) -> {
            switch (value) {
              case Long integer -> writer.uint32(key, integer);
              case Double number -> writer.float32(key, number);
              case Boolean flag -> writer.bool(key, flag);
              case String text -> writer.string(key, text);
              case long[] integers -> writer.int32s(key, integers);
              case double[] numbers -> writer.float32s(key, numbers);
              case List<?> texts ->
                  writer.strings(key, texts.stream().map(String::valueOf).toList());
              default -> throw new AssertionError(key);
            }
          });
      source.tensors().values().forEach(writer::tensor);
      writer.float32("general.sampling.temp", 0.25);
      writer.set("general.sampling.top_k", MetadataType.INT32, 5L);
      writer.write(file);
    }
    assertThat(opened(plain)).isEqualTo(SamplingOptions.metaDefaults());
    assertThat(opened(file).steps())
        .containsExactly(
            new SamplerStep.TopK(5),
            new SamplerStep.TopP(0.9f),
            new SamplerStep.Temperature(0.25f, 0, 1));
  }

  @Test
  void theEmbeddedModelIsTheSameByItsPathAsByItsName() throws IOException {
    Path placed = ModelStore.standard().resolve(ModelStore.DEFAULT_MODEL);
    assertThat(SuggestedSampling.of(ModelSource.described(placed), warnings).temperature())
        .contains(0f);
    assertThat(warnings.all()).isEmpty();

    Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), placed);
    assertThat(SuggestedSampling.of(ModelSource.described(link), warnings).temperature())
        .contains(0f);
    Path other = SmallModels.write(folder, "F32");
    assertThat(ModelSource.described(other).values()).isEmpty();
    assertThat(ModelSource.described(folder.resolve("missing")).values()).isEmpty();
  }

  private static SamplingOptions opened(Path file) {
    try (Llama llama = Llama.open(file)) {
      return llama.info().sampling();
    }
  }

  private SamplingOptions read(Map<String, ?> values) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    values.forEach((key, value) -> metadata.put("general.sampling." + key, value));
    return SuggestedSampling.of(new Metadata("a file", metadata), warnings);
  }
}
