package puna.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import puna.sample.TokenProbability;

/// The tokens that an answer draws in a step.
class DrawnTest {
  @Test
  void keepsAnyNumberOfTokensWithTheirProbabilities() {
    Drawn drawn = new Drawn();
    for (int round = 0; round < 2; round++) {
      drawn.clear();
      assertThat(drawn.size()).isZero();
      for (int i = 0; i < 17; i++) {
        drawn.add(100 * round + i, Optional.of(new TokenProbability(i, -i, List.of())));
      }
      assertThat(drawn.size()).isEqualTo(17);
      for (int i = 0; i < 17; i++) {
        assertThat(drawn.token(i)).isEqualTo(100 * round + i);
        assertThat(drawn.probability(i)).hasValue(new TokenProbability(i, -i, List.of()));
      }
    }
  }
}
