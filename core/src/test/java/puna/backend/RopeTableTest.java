package puna.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class RopeTableTest {
  private static final int HEAD = 8;
  private static final double BASE = 10_000;
  private static final int POSITION = 3;
  private static final RopeScaling NONE = new RopeScaling.None();
  private static final float[] DIVISORS = {1, 2, 3, 4};

  @Test
  void dividesByTensorAndFactorTogether() {
    RopeScaling scaling = new RopeScaling.Divisors(DIVISORS, new RopeScaling.Linear(4));
    check(scaling, pair -> frequency(pair) / DIVISORS[pair] / 4, 1);
  }

  @Test
  void multipliesByTheMagnitudeWhateverTheScaling() {
    check(new RopeScaling.Magnified(1.5f, NONE), RopeTableTest::frequency, 1.5);
    check(
        new RopeScaling.Divisors(
            DIVISORS, new RopeScaling.Magnified(0.5f, new RopeScaling.Linear(2))),
        pair -> frequency(pair) / DIVISORS[pair] / 2,
        0.5);
  }

  @Test
  void dividesBeforeYarn() {
    // so many rotations that all pairs are interpolated
    RopeScaling yarn = new RopeScaling.Yarn(4, 4, 32, 1, 2);
    check(
        new RopeScaling.Divisors(DIVISORS, yarn),
        pair -> frequency(pair) / DIVISORS[pair] / (pair == 0 ? 1 : 4),
        2 * (1 + 0.1 * Math.log(4)));
  }

  @Test
  void yarnMakesNothingShorter() {
    RopeScaling yarn = new RopeScaling.Yarn(0.5f, 1 << 20, 32, 1, 1);
    try (Arena arena = Arena.ofConfined()) {
      float[] first = fill(yarn, arena);
      assertThat(Math.hypot(first[0], first[HEAD / 2])).isCloseTo(1, within(1e-6));
    }
  }

  private static double frequency(int pair) {
    return Math.pow(BASE, -2.0 * pair / HEAD);
  }

  private static void check(
      RopeScaling scaling, java.util.function.IntToDoubleFunction frequency, double magnitude) {
    try (Arena arena = Arena.ofConfined()) {
      float[] found = fill(scaling, arena);
      for (int pair = 0; pair < HEAD / 2; pair++) {
        double angle = POSITION * frequency.applyAsDouble(pair);
        assertThat(found[pair]).isCloseTo((float) (Math.cos(angle) * magnitude), within(1e-6f));
        assertThat(found[HEAD / 2 + pair])
            .isCloseTo((float) (Math.sin(angle) * magnitude), within(1e-6f));
      }
    }
  }

  /// The cosines, then the sines.
  private static float[] fill(RopeScaling scaling, Arena arena) {
    MemorySegment all = arena.allocate(ValueLayout.JAVA_FLOAT, HEAD);
    MemorySegment sines = all.asSlice(Float.BYTES * HEAD / 2L);
    new RopeTable(HEAD, BASE, scaling).fill(POSITION, all, sines, 0);
    return all.toArray(ValueLayout.JAVA_FLOAT);
  }
}
