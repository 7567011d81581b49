package puna.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.backend.Backend;
import puna.backend.Matrix;
import puna.backend.Projection;
import puna.backend.cpu.CpuBackend;
import puna.tensor.ModelWarnings;
import puna.tensor.TensorSource;

/// Experts that stay in a file are asked for before they are used, most of them a layer ahead.
class AskAheadTest {
  private static final int MATRICES = 3;

  @TempDir private Path temp;

  /// @param step layers from one with experts to the next
  @ParameterizedTest
  @CsvSource({"scout-like, 1", "maverick-like, 2"})
  void expertsAreAskedForBeforeTheyAreUsed(String model, int step) throws IOException {
    MixtureFixture fixture = new MixtureFixture(model);
    try (TensorSource source = fixture.open(temp, "config.json");
        CpuBackend real = new CpuBackend(2, Optional.of("scalar"))) {
      Asked asked = new Asked(real, step);
      try (Decoder decoder = decoder(source, asked.backend());
          Decoder plain = MixtureContract.decoder(source, real)) {
        for (MixtureFixture.Case each : fixture.cases()) {
          int position = 0;
          for (int token : each.prompt()) {
            asked.begin();
            decoder.forward(Batches.all(new int[] {token}, position, 4, 0, 2, 6, 1, 3, 5, 7));
            plain.forward(Batches.all(new int[] {token}, position++, 4, 0, 2, 6, 1, 3, 5, 7));
            assertThat(MixtureContract.read(decoder, 0))
                .containsExactly(MixtureContract.read(plain, 0));
          }
        }
      }
      assertThat(asked.used).isPositive();
      assertThat(asked.unasked).isZero();
      assertThat(asked.ahead).isGreaterThan(asked.used / 2);
    }
  }

  private static Decoder decoder(TensorSource source, Backend backend) {
    LlamaModel model =
        LlamaModel.load(source, backend, ExpertPlace.FILE, new ModelWarnings(), bytes -> {});
    return model.decoder(model.kvShape(8, 8, puna.backend.KvType.F32), 64, 64);
  }

  /// A back end that writes down what it is asked for, and when.
  private static final class Asked {
    private final Backend real;
    private final int step;
    private final List<Matrix> experts = new ArrayList<>();
    private final Set<Matrix> now = new HashSet<>();
    private final Set<Matrix> early = new HashSet<>();
    private int layer; // that computes; those before its attention belong to the one before
    private int used;
    private int unasked;
    private int ahead;

    Asked(Backend real, int step) {
      this.real = real;
      this.step = step;
    }

    void begin() {
      layer = -1;
      now.clear();
      early.clear();
    }

    Backend backend() {
      return (Backend)
          Proxy.newProxyInstance(
              Backend.class.getClassLoader(),
              new Class<?>[] {Backend.class},
              (_, method, arguments) -> {
                switch (method.getName()) {
                  case "asksAhead" -> {
                    return experts.contains((Matrix) arguments[0]);
                  }
                  case "askFor" -> {
                    ask((Matrix) arguments[0]);
                    return null;
                  }
                  case "append" -> layer++;
                  case "project" -> use((Projection[]) arguments[1]);
                  default -> {}
                }
                try {
                  Object result = method.invoke(real, arguments);
                  if (method.getName().equals("loadInPlace")) {
                    experts.add((Matrix) result);
                  }
                  return result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private void ask(Matrix matrix) {
      now.add(matrix);
      if (layerOf(matrix) > layer) {
        early.add(matrix);
      }
    }

    private void use(Projection[] products) {
      for (Projection product : products) {
        if (experts.contains(product.matrix())) {
          used++;
          unasked += now.contains(product.matrix()) ? 0 : 1;
          ahead += early.contains(product.matrix()) ? 1 : 0;
        }
      }
    }

    private int layerOf(Matrix matrix) {
      int each = 4 * MATRICES; // of four experts
      return (experts.indexOf(matrix) / each + 1) * step - 1;
    }
  }
}
