package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A model of Llama 4's kind over many chunks: one that keeps the last chunk alone answers as one
/// that keeps all, on one tier.
public abstract class LongAnswerContract {
  private static final GenerationOptions ANSWER = GenerationOptions.greedy().withMaxTokens(50);
  private static final int VOCABULARY = 128;
  private static final int BLOCK = 64;

  private final LlamaOptions options;

  @TempDir private Path temp;

  protected LongAnswerContract(KernelTier tier) {
    options =
        LlamaOptions.defaults()
            .withTier(tier)
            .withBatchInvariance(BatchInvariance.ON)
            .withBatchTokens(32)
            .withContextLength(1000)
            .withCacheTokens(2048);
  }

  private ModelSource model() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("scout-like"));
    for (String file : List.of("config.json", "model.safetensors")) {
      String path = "/puna/mixtures/scout-like/" + file;
      try (InputStream in = LongAnswerContract.class.getResourceAsStream(path)) {
        Files.write(folder.resolve(file), Objects.requireNonNull(in, path).readAllBytes());
      }
    }
    return ModelSource.file(folder);
  }

  /// Texts of which some begin alike.
  private static List<Prompt> prompts() {
    List<Prompt> prompts = new ArrayList<>();
    int[] common = TestSeed.random(1).ints(500, 3, VOCABULARY).toArray();
    for (int length : new int[] {250, 500, 420, 90}) {
      int[] tokens = Arrays.copyOf(common, length);
      System.arraycopy(
          TestSeed.random(length).ints(20, 3, VOCABULARY).toArray(), 0, tokens, 60, 20);
      prompts.add(Prompt.tokens(length == 420 ? Arrays.copyOf(common, length) : tokens));
    }
    prompts.add(Prompt.tokens(Arrays.copyOf(common, 450)));
    return prompts;
  }

  private List<int[]> expected(ModelSource model) {
    LlamaOptions all = options.withMaxConcurrent(16);
    assertThat(Llama.plan(model, all).nearCacheTokens()).isEqualTo(2048);
    try (Llama llama = Llama.open(model, all)) {
      return prompts().stream().map(prompt -> llama.generate(prompt, ANSWER).tokens()).toList();
    }
  }

  @Test
  void answersAsOneThatKeepsAll() throws IOException {
    ModelSource model = model();
    List<int[]> expected = expected(model);
    assertThat(expected.stream().mapToInt(tokens -> tokens.length).max()).hasValue(50);
    LlamaOptions last = options.withMaxConcurrent(2);
    assertThat(Llama.plan(model, last).nearCacheTokens()).isEqualTo(4 * BLOCK);
    Path file = temp.resolve("prompt");
    try (Llama llama = Llama.open(model, last)) {
      for (int round = 0; round < 2; round++) {
        List<Generation> together =
            prompts().stream().map(prompt -> llama.generate(prompt, ANSWER)).toList();
        for (int i = 0; i < expected.size(); i++) {
          assertThat(together.get(i).tokens()).as("prompt %s", i).isEqualTo(expected.get(i));
        }
      }
      SavedPrompt.save(llama, prompts().get(1), file);
    }
    try (Llama llama = Llama.open(model, last)) {
      Generation answer = llama.generate(SavedPrompt.restore(llama, file), ANSWER);
      assertThat(answer.tokens()).isEqualTo(expected.get(1));
      assertThat(answer.usage().cachedTokens()).isEqualTo(500 / BLOCK * BLOCK);
    }
  }
}
