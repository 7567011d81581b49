package puna.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.TestSeed;
import puna.backend.Activations;
import puna.backend.Matrix;
import puna.tensor.Tensor;
import puna.tensor.TensorType;

/// A product with a scale and a bias is the plain one times the scale, plus the bias: to the last
/// bit, whatever computes it.
public abstract class ScaledProductContract {
  private static final int COLUMNS = 256;
  private static final float SCALE = 0.3f;

  private final String tier;

  protected ScaledProductContract(String tier) {
    this.tier = tier;
  }

  @ParameterizedTest
  @CsvSource({
    "F32, 1, 1", "F16, 33, 1", "F16, 33, 3", "F16, 96, 40", "Q4_0, 33, 1", "Q4_0, 64, 40",
    "Q8_0, 1, 9", "Q8_0, 65, 40", "Q6_K, 48, 2", "NVFP4, 33, 1", "NVFP4, 64, 7", "NVFP4, 65, 70",
    "IQ2_S, 32, 16", "MXFP4, 31, 33"
  })
  void scalesTheProductAndThenAddsTheBias(TensorType type, int rows, int tokens) {
    Random random = TestSeed.random(rows + 7L * tokens);
    try (Arena arena = Arena.ofShared();
        CpuBackend backend = new CpuBackend(2, Optional.of(tier))) {
      Tensor weight = RandomWeights.random(type, rows, COLUMNS, random, arena);
      Tensor bias = RandomWeights.random(TensorType.F32, 1, rows, random, arena);
      float[] biases = RandomWeights.decoded(bias);
      float[][] x = new float[tokens][COLUMNS];
      for (float[] row : x) {
        for (int i = 0; i < COLUMNS; i++) {
          row[i] = (float) random.nextGaussian();
        }
      }
      float[][] plain = product(backend, backend.load(weight, 1, null), x);
      float[][] scaled = product(backend, backend.load(weight, SCALE, null), x);
      float[][] both = product(backend, backend.load(weight, SCALE, bias), x);
      for (int token = 0; token < tokens; token++) {
        for (int row = 0; row < rows; row++) {
          float expected = plain[token][row] * SCALE;
          assertThat(scaled[token][row]).isEqualTo(expected);
          assertThat(both[token][row]).isEqualTo(expected + biases[row]);
        }
      }
    }
  }

  private static float[][] product(CpuBackend backend, Matrix matrix, float[][] x) {
    Activations in = backend.activations(x.length, COLUMNS);
    Activations out = backend.activations(x.length, matrix.rows());
    in.resize(x.length);
    for (int token = 0; token < x.length; token++) {
      TestActivations.write(in, token, x[token]);
    }
    backend.project(in, matrix.into(out));
    float[][] rows = new float[x.length][matrix.rows()];
    for (int token = 0; token < x.length; token++) {
      backend.read(out, token, rows[token]);
    }
    return rows;
  }
}
