package puna;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.chat.ChatMessage;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;

/// Several threads on the embedded model: its kernels, cache and memory, not a stand-in's.
@Timeout(600)
class RealModelThreadsTest {
  private static final GenerationOptions GREEDY = GenerationOptions.greedy().withMaxTokens(12);

  @Test
  void twoThreadsGetTheTextThatEachGetsAlone() throws InterruptedException, ExecutionException {
    List<String> prompts = List.of("Once upon a time", "The capital of France is");
    try (Llama llama = open();
        ExecutorService threads = Executors.newFixedThreadPool(prompts.size())) {
      List<String> alone =
          prompts.stream()
              .map(prompt -> llama.generate(Prompt.text(prompt), GREEDY).text())
              .toList();
      List<Future<String>> together = new ArrayList<>();
      for (String prompt : prompts) {
        together.add(threads.submit(() -> llama.generate(Prompt.text(prompt), GREEDY).text()));
      }
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(together.get(i).get()).isEqualTo(alone.get(i)).isNotBlank();
      }
    }
  }

  @Test
  void closingWhileGeneratingCancelsTheAnswer() {
    Generation answer;
    SamplingOptions endless = SamplingOptions.greedy().withEndTokens(EndTokens.BANNED);
    try (Llama llama = open(4096)) {
      answer =
          llama.generate(
              Prompt.text("Once upon a time"),
              GREEDY.withSampling(endless).withMaxTokens(Integer.MAX_VALUE));
      assertThat(answer.iterator().next()).isNotNull();
    }
    assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
  }

  @Test
  void threadsOpenGenerateAndCloseAtOnce() throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        answers.add(
            threads.submit(() -> {
              try (Llama llama = open()) {
                return llama.generate(Prompt.text("Once upon"), GREEDY.withMaxTokens(3)).text();
              }
            }));
      }
      String first = answers.getFirst().get();
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo(first);
      }
    }
  }

  @Test
  void theExampleOfTheReadmeAnswers() {
    StringBuilder out = new StringBuilder();
    try (Llama llama = open()) {
      var question = ChatMessage.user("What is the capital of France?");
      try (ChatAnswer answer = llama.chat(List.of(question), ChatOptions.greedy())) {
        answer.forEachText(out::append);
      }
    }
    assertThat(out).hasToString("The capital of France is Paris.");
  }

  private static Llama open() {
    return open(512);
  }

  private static Llama open(int context) {
    return Llama.open(
        ModelSource.file(EmbeddedModel.path()),
        LlamaOptions.defaults().withThreads(2).withContextLength(context));
  }
}
