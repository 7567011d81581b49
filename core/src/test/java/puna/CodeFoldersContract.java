package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Folders whose weights are codes of 8 bits with scales: what they compute, and that they stay as
/// small as they are.
public abstract class CodeFoldersContract {
  private final KernelTier tier;

  @TempDir private Path temp;

  protected CodeFoldersContract(KernelTier tier) {
    this.tier = tier;
  }

  @ParameterizedTest
  @CsvSource({"hf-fp8-tensor, 1.15", "hf-fp8-block, 1.15"})
  void computesWhatTheReferenceComputesInTheFilesOwnSize(String name, double room)
      throws IOException {
    Path folder = FormatFixtures.copy(name, temp);
    try (Llama llama = FormatFixtures.open(folder, tier)) {
      FormatFixtures.check(llama, name);
      assertThat(llama.info().kernels()).contains("F8_E4M3");
    }
    LlamaOptions options = LlamaOptions.defaults().withTier(tier);
    long planned = Llama.plan(ModelSource.file(folder), options).weightBytes();
    long stored = folder.resolve("model.safetensors").toFile().length();
    assertThat(planned).isBetween((long) (0.8 * stored), (long) (room * stored));
  }
}
