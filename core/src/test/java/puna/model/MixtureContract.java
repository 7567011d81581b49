package puna.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.backend.Activations;
import puna.backend.Backend;
import puna.backend.Batch;
import puna.backend.BatchInvariance;
import puna.backend.KvType;
import puna.backend.Routing;
import puna.backend.cpu.CpuBackend;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;

/// Llama 4's text models and Mixtral against references, on one tier: prompts within a chunk, at
/// its border, across two.
public abstract class MixtureContract {
  private static final int BLOCK = 8;
  private static final int[] BLOCKS = {4, 0, 2, 6, 1, 3, 5, 7};

  private final String tier;
  private final float tolerance;

  @TempDir private Path temp;

  /// @param tolerance of logits, which have a standard deviation of 0.95
  protected MixtureContract(String tier, float tolerance) {
    this.tier = tier;
    this.tolerance = tolerance;
  }

  @ParameterizedTest
  @CsvSource({
    "maverick-like, config.json",
    "maverick-like, config-v4.json",
    "scout-like, config.json",
    "scout-like, config-v4.json",
    "mixtral-like, config.json"
  })
  void computesWhatTheReferenceComputes(String model, String config) throws IOException {
    MixtureFixture fixture = new MixtureFixture(model);
    try (TensorSource source = fixture.open(temp, config);
        CpuBackend backend = backend(BatchInvariance.OFF);
        Decoder decoder = decoder(source, backend)) {
      for (MixtureFixture.Case each : fixture.cases()) {
        float[][] expected = fixture.logits(each);
        decoder.forward(Batches.all(each.prompt(), 0, BLOCKS));
        for (int position = 0; position < expected.length; position++) {
          assertThat(read(decoder, position))
              .as("%s at %s", each.name(), position)
              .containsExactly(expected[position], within(tolerance));
        }
        assertThat(greedy(decoder, each)).as(each.name()).isEqualTo(each.greedy());
      }
    }
  }

  /// The states between layers, and which experts are chosen at every position and layer.
  @ParameterizedTest
  @ValueSource(strings = {"maverick-like", "scout-like"})
  void choosesTheExpertsOfTheReference(String model) throws IOException {
    MixtureFixture fixture = new MixtureFixture(model);
    try (TensorSource source = fixture.open(temp, "config.json");
        CpuBackend backend = backend(BatchInvariance.OFF)) {
      Recorder recorder = new Recorder(backend);
      try (Decoder decoder = decoder(source, recorder.backend())) {
        for (MixtureFixture.Case each : fixture.cases()) {
          recorder.clear();
          int[] all = IntStream.concat(ints(each.prompt()), ints(each.greedy())).toArray();
          decoder.forward(Batches.all(all, 0, BLOCKS));
          assertThat(recorder.chosen).as(each.name()).hasSameSizeAs(each.experts());
          for (int layer = 0; layer < recorder.chosen.size(); layer++) {
            int[] expected = each.experts().get(layer);
            assertThat(Arrays.copyOf(recorder.chosen.get(layer), expected.length))
                .isEqualTo(expected);
          }
          if (each.name().equals("n40")) {
            checkStates(recorder.states, fixture.hidden());
          }
        }
      }
    }
  }

  private void checkStates(List<float[][]> states, float[][] expected) {
    int prompt = expected.length / (MixtureFixture.LAYERS + 1);
    for (int layer = 0; layer <= MixtureFixture.LAYERS; layer++) {
      // Each layer normalizes twice; the last norm is the output's.
      float[][] found = states.get(2 * layer);
      for (int position = 0; position < prompt; position++) {
        assertThat(found[position])
            .as("layer %s, position %s", layer, position)
            .containsExactly(expected[layer * prompt + position], within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"maverick-like", "scout-like", "mixtral-like"})
  void givesTheSameLogitsInAnyCutIntoSteps(String model) throws IOException {
    float[][] whole = pieces(model, 40, BatchInvariance.OFF);
    float[][] steady = pieces(model, 40, BatchInvariance.ON);
    for (int step : new int[] {1, 7, 16, 39}) {
      float[][] pieces = pieces(model, step, BatchInvariance.OFF);
      for (int position = 0; position < whole.length; position++) {
        assertThat(pieces[position]).containsExactly(whole[position], within(tolerance));
      }
      assertThat(pieces(model, step, BatchInvariance.ON)).isDeepEqualTo(steady);
    }
  }

  @ParameterizedTest
  @CsvSource({"maverick-like, F32", "scout-like, F32", "scout-like, F16"})
  void chunksThatAreGivenBackAreNotMissed(String model, KvType type) throws IOException {
    try (TensorSource source = new MixtureFixture(model).open(temp, "config.json");
        CpuBackend backend = backend(BatchInvariance.OFF)) {
      LlamaModel llama = LlamaModel.load(source, backend, new ModelWarnings(), bytes -> {});
      assertThat(llama.nearLayers().orElseThrow().layers()).hasSize(6);
      NearTwins.check(llama, type);
    }
  }

  /// Tokens of others among those of an expert change nothing.
  @ParameterizedTest
  @CsvSource({"scout-like, ON", "scout-like, OFF", "maverick-like, OFF", "mixtral-like, ON"})
  void givesEachSequenceOfABatchItsOwnAnswer(String model, BatchInvariance invariance)
      throws IOException {
    float near = invariance == BatchInvariance.ON ? 0 : tolerance;
    MixtureFixture fixture = new MixtureFixture(model);
    int[] one = fixture.cases().getLast().prompt();
    int[] other = Arrays.copyOfRange(one, 3, 11);
    try (TensorSource source = fixture.open(temp, "config.json");
        CpuBackend backend = backend(invariance);
        Decoder decoder = decoder(source, backend)) {
      decoder.forward(Batches.all(one, 0, 0, 1, 2, 7, 5));
      float[] alone = read(decoder, one.length - 1);
      decoder.forward(Batches.all(other, 0, 3));
      float[] otherAlone = read(decoder, other.length - 1);
      Batch both = new Batch(one.length + other.length);
      Batches.addLast(both, other, 0, 6);
      Batches.addLast(both, one, 0, 5, 4, 7, 3, 1);
      decoder.forward(both);
      assertThat(read(decoder, 0)).containsExactly(otherAlone, within(near));
      assertThat(read(decoder, 1)).containsExactly(alone, within(near));
    }
  }

  private float[][] pieces(String model, int step, BatchInvariance invariance) throws IOException {
    MixtureFixture fixture = new MixtureFixture(model);
    int[] tokens = fixture.cases().getLast().prompt();
    float[][] rows = new float[tokens.length][];
    try (TensorSource source = fixture.open(temp, "config.json");
        CpuBackend backend = backend(invariance);
        Decoder decoder = decoder(source, backend)) {
      for (int from = 0; from < tokens.length; from += step) {
        int end = Math.min(from + step, tokens.length);
        decoder.forward(Batches.all(Arrays.copyOfRange(tokens, from, end), from, BLOCKS));
        for (int i = from; i < end; i++) {
          rows[i] = read(decoder, i - from);
        }
      }
    }
    return rows;
  }

  /// Goes on behind the prompt that was read last, token by token.
  static int[] greedy(Decoder decoder, MixtureFixture.Case each) {
    int[] answer = new int[each.greedy().length];
    int position = each.prompt().length;
    answer[0] = argmax(read(decoder, position - 1));
    for (int i = 1; i < answer.length; i++) {
      decoder.forward(Batches.all(new int[] {answer[i - 1]}, position++, BLOCKS));
      answer[i] = argmax(read(decoder, 0));
    }
    return answer;
  }

  private CpuBackend backend(BatchInvariance invariance) {
    return new CpuBackend(2, Optional.of(tier), invariance);
  }

  static Decoder decoder(TensorSource source, Backend backend) {
    LlamaModel model = LlamaModel.load(source, backend, new ModelWarnings(), bytes -> {});
    return model.decoder(model.kvShape(8, BLOCK, KvType.F32), 64, 64);
  }

  static float[] read(Decoder decoder, int output) {
    float[] row = new float[decoder.config().vocabulary()];
    decoder.readLogits(output, row);
    return row;
  }

  private static int argmax(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  private static IntStream ints(int[] values) {
    return Arrays.stream(values);
  }

  /// A back end that writes down what is normalized and which experts are chosen.
  private static final class Recorder {
    private final Backend real;
    private final List<float[][]> states = new ArrayList<>();
    private final List<int[]> chosen = new ArrayList<>();

    Recorder(Backend real) {
      this.real = real;
    }

    void clear() {
      states.clear();
      chosen.clear();
    }

    Backend backend() {
      return (Backend)
          Proxy.newProxyInstance(
              Backend.class.getClassLoader(),
              new Class<?>[] {Backend.class},
              (_, method, arguments) -> {
                if (method.getName().equals("rmsNorm")) {
                  states.add(rows((Activations) arguments[1]));
                }
                try {
                  Object result = method.invoke(real, arguments);
                  if (method.getName().equals("route")) {
                    chosen.add(experts((Routing) arguments[0]));
                  }
                  return result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private float[][] rows(Activations x) {
      float[][] rows = new float[x.tokens()][x.width()];
      for (int token = 0; token < rows.length; token++) {
        real.read(x, token, rows[token]);
      }
      return rows;
    }

    private static int[] experts(Routing routing) {
      return IntStream.range(0, routing.tokens()).map(token -> routing.expert(token, 0)).toArray();
    }
  }
}
