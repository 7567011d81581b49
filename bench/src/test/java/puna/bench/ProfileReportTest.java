package puna.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import puna.bench.ProfileReport.Part;

class ProfileReportTest {
  @Test
  void productsAndWhatTheyWaitForAreApart() {
    assertThat(Part.of(List.of("Routine.call", "MatrixDispatch.runChunk", "CpuBackend.project")))
        .isEqualTo(Part.PRODUCTS);
    assertThat(
            Part.of(List.of("Routine.call", "MatrixDispatch.preparePiece", "CpuBackend.project")))
        .isEqualTo(Part.QUANTIZING);
    assertThat(Part.of(List.of("Thread.yield", "WorkerPool.awaitOthers", "CpuBackend.attend")))
        .isEqualTo(Part.WAITING);
    assertThat(Part.of(List.of("CpuBackend.project"))).isEqualTo(Part.REST);
  }

  /// A call that was renamed would let its time slip into the rest.
  @Test
  void everyCallExists() throws Exception {
    for (Part part : Part.values()) {
      for (String call : part.calls()) {
        String[] names = call.split("\\.");
        Class<?> type = Class.forName("puna.backend.cpu." + names[0]);
        assertThat(type.getDeclaredMethods())
            .as(call)
            .anyMatch(method -> method.getName().equals(names[1]));
      }
    }
  }

  @Test
  void aMissingRecordingIsSaid() {
    assertThatThrownBy(() -> ProfileReport.main(new String[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RECORDING");
  }
}
