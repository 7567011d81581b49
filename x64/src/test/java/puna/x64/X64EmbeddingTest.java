package puna.x64;

import org.junit.jupiter.api.AfterEach;
import puna.EmbeddingContract;
import puna.KernelTier;
import puna.x64.settings.X64Settings;

class X64EmbeddingTest extends EmbeddingContract {
  X64EmbeddingTest() {
    super(KernelTier.X64, exactly(Scope.ALL));
  }

  /// Where sums are rounded differently, activations of 15 bits are now and then the next ones.
  @Override
  protected double crowdTolerance() {
    return 5e-4;
  }

  private static Scope exactly(Scope scope) {
    System.setProperty(X64Settings.PROMPT_PRECISION, "exact");
    return scope;
  }

  @AfterEach
  void reset() {
    System.clearProperty(X64Settings.PROMPT_PRECISION);
  }
}
