package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import puna.sample.SamplingOptions;

/// Beginnings for which a small KV cache has no more room, with a small model of random weights.
@Timeout(600)
class OverflowAnswersTest {
  private static final int BLOCK = 64;
  private static final int PROMPTS = 6;

  @TempDir private Path folder;

  private LlamaOptions options() {
    return LlamaOptions.defaults()
        .withThreads(2)
        .withBatchInvariance(BatchInvariance.ON)
        .withContextLength(4 * BLOCK)
        .withCacheTokens(5 * BLOCK);
  }

  /// Asks each of several questions twice.
  ///
  /// @return tokens that the second times took from the cache
  private static int askAllTwice(Llama llama) {
    int[][] first = new int[PROMPTS][];
    int cached = 0;
    for (int round = 0; round < 2; round++) {
      for (int number = 0; number < PROMPTS; number++) {
        int[] prompt = TestSeed.random(number).ints(2 * BLOCK + 9, 10, 200).toArray();
        Generation answer =
            llama.generate(
                Prompt.tokens(prompt),
                GenerationOptions.defaults()
                    .withMaxTokens(12)
                    .withSampling(SamplingOptions.defaults().withTemperature(1.5f).withSeed(3)));
        if (round == 0) {
          first[number] = answer.tokens();
        } else {
          assertThat(answer.tokens()).isEqualTo(first[number]);
          cached += answer.usage().cachedTokens();
        }
      }
    }
    return cached;
  }

  @Test
  void comeBackToTheLastBit() {
    Path model = SmallModels.write(folder, "Q8_0", 1);
    LlamaOptions roomy = options().withOverflowBytes(1 << 20);
    try (Llama llama = Llama.open(ModelSource.file(model), roomy)) {
      int most = (PROMPTS - 2) * 2 * BLOCK;
      int cached = askAllTwice(llama);
      for (int again = 0; again < 50 && cached <= most; again++) {
        cached = askAllTwice(llama); // a copy that the machine held up looks dear for a while
      }
      assertThat(cached).isGreaterThan(most);
      assertThat(llama.activity().cacheTokensOverflowed()).isPositive();
    }
    try (Llama llama = Llama.open(ModelSource.file(model), options().withOverflowBytes(0))) {
      assertThat(askAllTwice(llama)).isLessThanOrEqualTo(2 * 2 * BLOCK);
      assertThat(llama.activity().cacheTokensOverflowed()).isZero();
    }
  }
}
