package puna.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingTest {
  @Test
  void groupsTokensByExpert() {
    Routing routing = new Routing(4, 5, 2, Gating.SOFTMAX_AFTER);
    routing.add(new float[] {0, 3, 1, -1, 2}); // 1, 4
    routing.add(new float[] {5, 5, 5, 5, 5}); // equal ones: the first two
    routing.add(new float[] {-9, 1, -9, -9, 2}); // 4, 1
    routing.group();
    assertThat(routing.groups()).isEqualTo(3);
    assertGroup(routing.group(0), 0, 1);
    assertGroup(routing.group(1), 1, 0, 1, 2);
    assertGroup(routing.group(2), 4, 0, 2);
    assertThat(routing.expert(2, 0)).isEqualTo(4);
    assertThat(routing.expert(2, 1)).isEqualTo(1);

    routing.clear();
    routing.add(new float[] {0, 0, 0, 1, 2});
    routing.group();
    assertThat(routing.groups()).isEqualTo(2);
    assertGroup(routing.group(0), 3, 0);
    assertGroup(routing.group(1), 4, 0);
  }

  private static void assertGroup(Routing.Group group, int expert, int... tokens) {
    assertThat(group.expert()).isEqualTo(expert);
    assertThat(group.count()).isEqualTo(tokens.length);
    for (int i = 0; i < tokens.length; i++) {
      assertThat(group.token(i)).isEqualTo(tokens[i]);
    }
  }

  @Test
  void sigmoidsCountBeforeTheExpert() {
    Routing routing = new Routing(1, 3, 1, Gating.SIGMOID_BEFORE);
    routing.add(new float[] {-1, -0.5f, -2});
    routing.group();
    assertThat(routing.group(0).expert()).isEqualTo(1);
    assertThat((double) routing.group(0).before(0)).isCloseTo(0.37754067, within(1e-6));
    assertThat(routing.group(0).after(0)).isEqualTo(1);
  }

  @Test
  void softmaxAmongTheChosenCountsAfterTheExperts() {
    Routing routing = new Routing(1, 3, 2, Gating.SOFTMAX_AFTER);
    routing.add(new float[] {100, 99, 98});
    routing.group();
    assertThat(routing.group(0).before(0)).isEqualTo(1);
    assertThat((double) routing.group(0).after(0)).isCloseTo(0.7310586, within(1e-6));
    assertThat((double) routing.group(1).after(0)).isCloseTo(0.26894143, within(1e-6));
  }

  /// A model that computes nonsense must not bring the engine down.
  @Test
  void choosesSomethingWhereLogitsAreNoNumbers() {
    Routing routing = new Routing(1, 3, 2, Gating.SOFTMAX_AFTER);
    routing.add(new float[] {Float.NaN, Float.NaN, Float.NaN});
    routing.group();
    assertThat(routing.groups()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"0", "4"})
  void refusesToUseMoreExpertsThanThereAre(int used) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Routing(1, 3, used, Gating.SIGMOID_BEFORE))
        .withMessageContaining("1 to 3")
        .withMessageContaining("found " + used);
  }
}
