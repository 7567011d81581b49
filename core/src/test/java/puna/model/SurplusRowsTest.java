package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import puna.GenerationOptions;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Prompt;
import puna.ScoreOptions;
import puna.gguf.GgufWriter;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.RandomModelMetadata;
import puna.model.synthetic.WeightMix;
import puna.sample.LogProbabilityOptions;
import puna.sample.SamplingOptions;
import puna.sample.TokenProbability;
import puna.tensor.Tensor;
import puna.tensor.TensorSource;

/// A file whose embedding has more rows than its vocabulary has tokens, as training pads it.
class SurplusRowsTest {
  private static final int TOKENS = 261;
  private static final int ROWS = 300;
  private static final float LOUD = 50;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void neverDrawsNorCountsThem(boolean tied, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("padded.gguf");
    write(file, tied);
    try (Llama llama = Llama.open(ModelSource.file(file), LlamaOptions.defaults().withThreads(1))) {
      assertThat(llama.info().vocabulary()).isEqualTo(TOKENS);
      GenerationOptions greedy = GenerationOptions.greedy().withMaxTokens(20);
      assertThat(ids(llama, greedy)).allMatch(id -> id < TOKENS);
      for (long seed = 1; seed < 20; seed++) {
        GenerationOptions hot = greedy.withSampling(SamplingOptions.defaults()).withTemperature(3);
        assertThat(ids(llama, hot.withSeed(seed))).allMatch(id -> id < TOKENS);
      }
      TokenProbability first =
          llama
              .generate(
                  Prompt.text("abc"),
                  greedy.withLogProbabilities(LogProbabilityOptions.ofAnswer(1000)))
              .logProbabilities()
              .getFirst();
      assertThat(first.likeliest()).hasSize(TOKENS);
      assertThat(
              first.likeliest().stream()
                  .mapToDouble(rival -> Math.exp(rival.logProbability()))
                  .sum())
          .isCloseTo(1, within(1e-4));
      scoresOverTokensAlone(llama);
      refusesTheirIds(llama, greedy);
    }
  }

  private static void scoresOverTokensAlone(Llama llama) {
    int[] text = {1, 2, 3, 4};
    double score =
        llama
            .score(
                Prompt.tokens(text),
                ScoreOptions.defaults(),
                (position, logits) -> assertThat(logits).hasSize(TOKENS))
            .negativeLogLikelihood();
    assertThat(score / 3).isBetween(0.0, 20.0);
  }

  private static void refusesTheirIds(Llama llama, GenerationOptions greedy) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.generate(Prompt.tokens(1, TOKENS), greedy))
        .withMessageContaining("0 to 260")
        .withMessageContaining("261");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> llama.score(Prompt.tokens(1, TOKENS), ScoreOptions.defaults()));
  }

  private static List<Integer> ids(Llama llama, GenerationOptions options) {
    return Arrays.stream(llama.generate(Prompt.text("abc"), options).tokens()).boxed().toList();
  }

  private static void write(Path file, boolean tied) throws IOException {
    GgufWriter writer = new GgufWriter();
    WeightMix mix = WeightMix.named("F32");
    writer.setAll(RandomModelMetadata.of(shape(TOKENS, tied), mix));
    try (TensorSource source = new RandomModel(shape(ROWS, tied), mix, 1).load()) {
      for (Tensor tensor : source.tensors().values()) {
        boolean isPadded = tensor.shape().rows() == ROWS;
        writer.tensor(isPadded ? withLoudSurplus(tensor) : tensor);
      }
      writer.write(file);
    }
  }

  /// The rows that stand for no token get the largest logits of all.
  private static Tensor withLoudSurplus(Tensor tensor) {
    float[] values =
        MemorySegment.ofArray(tensor.content().toArray()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    int from = (int) (TOKENS * tensor.shape().columns());
    for (int i = from; i < values.length; i++) {
      values[i] *= LOUD;
    }
    MemorySegment data = MemorySegment.ofArray(new byte[Float.BYTES * values.length]);
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
    return new Tensor(tensor.name(), tensor.type(), tensor.shape(), data);
  }

  private static ModelShape shape(int vocabulary, boolean tied) {
    return new ModelShape(
        "padded",
        vocabulary,
        64,
        64,
        2,
        4,
        2,
        16,
        96,
        1e-5,
        10_000,
        Optional.empty(),
        tied,
        Optional.empty());
  }
}
