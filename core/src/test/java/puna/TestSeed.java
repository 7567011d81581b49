package puna;

import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The seeds of random tests. Each test names a fixed one, so that every run is the same.
///
/// `-Dpuna.test.seed=N` gives other tests of the same kind, and `-Dpuna.test.seed=random` those of
/// an `N` that each JVM draws for itself and prints. A test that finds a failure by its own number
/// (`of`) prints that number, which replays it too.
public final class TestSeed {
  /// Numbers that nobody has to copy digit by digit.
  private static final long NUMBERS = 1_000_000_000;

  private static final OptionalLong CHOSEN = chosen(System.getProperty("puna.test.seed"));

  private TestSeed() {}

  /// The number that was chosen for all tests, or the test's own.
  public static long of(long fixed) {
    return CHOSEN.orElse(fixed);
  }

  /// Random draws by the test's own seed; where a number was chosen for all, by both, so that what
  /// differs in one test goes on to differ.
  public static Random random(long fixed) {
    return new Random(mixed(fixed));
  }

  /// The same where draws have to be cheap, or another algorithm's.
  public static SplittableRandom splittable(long fixed) {
    return new SplittableRandom(mixed(fixed));
  }

  private static long mixed(long fixed) {
    return CHOSEN.isEmpty() ? fixed : fixed ^ new SplittableRandom(CHOSEN.getAsLong()).nextLong();
  }

  private static OptionalLong chosen(@Nullable String property) {
    if (property == null) {
      return OptionalLong.empty();
    }
    if (!property.equals("random")) {
      return OptionalLong.of(Long.parseLong(property));
    }
    long drawn = new SplittableRandom().nextLong(NUMBERS);
    System.out.println("tests use -Dpuna.test.seed=" + drawn);
    return OptionalLong.of(drawn);
  }
}
