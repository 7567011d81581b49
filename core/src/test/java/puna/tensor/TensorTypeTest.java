package puna.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTypeTest {
  @ParameterizedTest
  @EnumSource(TensorType.class)
  void aTypeIsFoundByItsNumberWhereItHasOne(TensorType type) {
    if (type.isInGguf()) {
      assertThat(TensorType.ofId(type.id())).contains(type);
    } else {
      assertThatIllegalStateException().isThrownBy(type::id).withMessageContaining(type.name());
    }
    assertThat(TensorType.ofName(type.name())).contains(type);
  }

  @Test
  void noNumberIsThatOfATypeThatGgufHasNot() {
    assertThat(TensorType.ofId(-1)).isEmpty();
    assertThat(TensorType.ofId(0xFFFF_FFFFL)).isEmpty();
    assertThat(TensorType.F8_E4M3.isInGguf()).isFalse();
    assertThat(TensorType.F8_E5M2.isInGguf()).isFalse();
  }
}
