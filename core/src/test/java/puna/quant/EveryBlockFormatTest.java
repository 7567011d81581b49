package puna.quant;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import puna.tensor.TensorType;

@ParameterizedClass
@EnumSource(TensorType.class)
class EveryBlockFormatTest extends BlockFormatContract {
  private final TensorType type;

  EveryBlockFormatTest(TensorType type) {
    this.type = type;
  }

  @Override
  BlockFormat format() {
    return BlockFormats.of(type).orElseThrow();
  }
}
