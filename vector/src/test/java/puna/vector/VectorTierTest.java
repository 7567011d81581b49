package puna.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import puna.backend.cpu.KernelProvider;
import puna.backend.cpu.TierFactory;
import puna.backend.cpu.TierFactory.Offer;
import puna.backend.cpu.Tiers;

class VectorTierTest {
  @Test
  void isFoundAsAService() {
    assertThat(ServiceLoader.load(TierFactory.class))
        .filteredOn(factory -> factory.tier().equals("vector"))
        .singleElement()
        .isInstanceOf(VectorTierFactory.class);
    try (Tiers tiers = Tiers.detect(Optional.empty())) {
      assertThat(tiers.available())
          .extracting(KernelProvider::tier)
          .containsExactly("vector", "scalar");
    }
  }

  @Test
  void withoutTheModuleItNamesTheFlag() throws IOException, InterruptedException {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TiersProgram.class.getName())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = jvm.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.lines().filter(line -> !line.startsWith("x64")))
          .containsExactly("scalar", "vector: " + VectorTierFactory.withoutApi());
    }
    assertThat(jvm.waitFor()).isZero();
    assertThat(VectorTierFactory.withoutApi()).contains("--add-modules jdk.incubator.vector");
  }

  @Test
  void kernelsThatDoNotLinkAreARefusal() {
    Offer offer =
        VectorTierFactory.offer(() -> {
          throw new NoClassDefFoundError("jdk/incubator/vector/FloatVector");
        });
    assertThat(offer).isInstanceOf(Offer.Unavailable.class);
    assertThat(((Offer.Unavailable) offer).reason())
        .contains("jdk.incubator.vector", "FloatVector");
  }
}
