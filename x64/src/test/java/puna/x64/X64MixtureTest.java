package puna.x64;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import puna.model.MixtureContract;
import puna.model.MixtureTwins;
import puna.model.TinyQuants;
import puna.x64.settings.X64Settings;

class X64MixtureTest extends MixtureContract {
  X64MixtureTest() {
    super("x64", 2e-4f);
  }

  @BeforeEach
  void computePromptsExactly() {
    System.setProperty(X64Settings.PROMPT_PRECISION, "exact");
  }

  @AfterEach
  void reset() {
    System.clearProperty(X64Settings.PROMPT_PRECISION);
  }

  @Test
  void multipliesByExpertsOfEveryType() {
    MixtureTwins.check("x64", mix -> TinyQuants.EXACT);
  }
}
