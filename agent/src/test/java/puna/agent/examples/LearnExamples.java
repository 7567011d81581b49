package puna.agent.examples;

import java.util.Locale;
import java.util.function.Consumer;
import puna.Generation;
import puna.GenerationOptions;
import puna.KernelTier;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Prompt;
import puna.sample.LogProbabilityOptions;
import puna.sample.TokenProbability.Rival;
import puna.token.Tokenizer;

/// The examples of `docs/learn.md`, word for word between their marks.
final class LearnExamples {
  private final Consumer<String> out;

  LearnExamples(Consumer<String> out) {
    this.out = out;
  }

  Llama opens() {
    // example: open
    LlamaOptions options = LlamaOptions.defaults().withTier(KernelTier.SCALAR);
    return Llama.open(ModelSource.of("smollm2-135m"), options);
    // end
  }

  void tokenizes(Llama llama) {
    // example: tokens
    Tokenizer tokenizer = llama.tokenizer();
    for (int id : tokenizer.encode("The capital of France is")) {
      out.accept(id + " " + tokenizer.piece(id));
    }
    // end
  }

  void draws(Llama llama) {
    // example: first
    GenerationOptions options =
        GenerationOptions.greedy()
            .withMaxTokens(8)
            .withLogProbabilities(LogProbabilityOptions.ofAnswer(3));
    try (Generation generation = llama.generate(Prompt.text("The capital of France is"), options)) {
      for (Rival rival : generation.logProbabilities().getFirst().likeliest()) {
        double percent = 100 * Math.exp(rival.logProbability());
        String piece = llama.tokenizer().piece(rival.token());
        out.accept(String.format(Locale.ROOT, "%.1f %% %s", percent, piece));
      }
      out.accept(generation.text());
    }
    // end
  }
}
