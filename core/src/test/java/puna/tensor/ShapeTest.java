package puna.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void writesExtentsFastestFirst() {
    assertThat(Shape.of(576, 49152)).hasToString("576 × 49152");
    assertThat(Shape.of(576, 49152).rows()).isEqualTo(49152);
  }

  @Test
  void refusesExtentsBelowOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(4, 0))
        .withMessageContaining("extent 1")
        .withMessageContaining("found 0");
  }
}
