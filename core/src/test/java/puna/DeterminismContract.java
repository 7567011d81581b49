package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import puna.model.synthetic.ModelShape;
import puna.model.synthetic.RandomModel;
import puna.model.synthetic.WeightMix;
import puna.sample.SamplingOptions;

/// With `BatchInvariance.ON`, a seed gives the same text alone and among other answers, on every
/// tier.
public abstract class DeterminismContract {
  private static final int TOKENS = 60;
  private static final int OTHERS = 4;

  private final String tier;

  protected DeterminismContract(String tier) {
    this.tier = tier;
  }

  @Test
  void aSeedGivesTheSameTextAloneAndAmongOthers(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("random.gguf");
    new RandomModel(shape(), WeightMix.named("Q4_K_M"), 7).write(file);
    LlamaOptions options =
        LlamaOptions.defaults()
            .withTier(KernelTier.valueOf(tier.toUpperCase(Locale.ROOT)))
            .withThreads(2)
            .withBatchInvariance(BatchInvariance.ON);
    int[] prompt = prompt(1, 37);
    int[] alone;
    try (Llama llama = Llama.open(ModelSource.file(file), options)) {
      alone = llama.generate(Prompt.tokens(prompt), sampling(0)).tokens();
      assertThat(alone).hasSizeGreaterThan(TOKENS / 2);
    }
    try (Llama llama = Llama.open(ModelSource.file(file), options)) {
      List<Generation> others = new ArrayList<>();
      for (int i = 0; i < OTHERS; i++) {
        others.add(llama.generate(Prompt.tokens(prompt(2 + i, 5 + 40 * i)), sampling(i)));
      }
      Generation among = llama.generate(Prompt.tokens(prompt), sampling(0));
      assertThat(among.tokens()).isEqualTo(alone);
      others.forEach(Generation::text);
      assertThat(llama.generate(Prompt.tokens(prompt), sampling(0)).tokens()).isEqualTo(alone);
    }
  }

  private static GenerationOptions sampling(long seed) {
    // hot: the slightest difference of a logit would soon show
    return GenerationOptions.defaults()
        .withMaxTokens(TOKENS)
        .withSampling(
            SamplingOptions.defaults()
                .withTemperature(1.5f)
                .withTopP(1)
                .withTopK(0)
                .withSeed(seed));
  }

  private static int[] prompt(long seed, int length) {
    return TestSeed.random(seed).ints(length, 10, 200).toArray();
  }

  private static ModelShape shape() {
    return new ModelShape(
        "small",
        300,
        512,
        256,
        2,
        4,
        2,
        64,
        512,
        1e-5,
        10_000,
        Optional.empty(),
        false,
        Optional.empty());
  }
}
