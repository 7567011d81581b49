package puna.x64;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import puna.ChatOptions;
import puna.EmbeddedModel;
import puna.Generation;
import puna.GenerationOptions;
import puna.KernelTier;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Prompt;
import puna.TestSeed;
import puna.chat.ChatMessage;
import puna.x64.cpu.X64Tier;

/// Models that are opened, used and closed at random on many threads: kernels never outlive their
/// memory.
class X64LifetimesTest {
  private static final int THREADS = 24;
  private static final int SECONDS = Integer.getInteger("puna.test.survive.seconds", 2);
  private static final String ANSWER = "The capital of France is Paris.";

  @Test
  void opensGeneratesAndClosesAtRandomOnManyThreads() throws Exception {
    TestMachine.assumeTier(X64Tier.AVX2);
    String model = EmbeddedModel.path().toString();
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    AtomicInteger answers = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Random random = TestSeed.random(thread);
        Callable<Integer> life =
            () -> {
              int lives = 0;
              do {
                live(model, random, answers);
                lives++;
              } while (System.nanoTime() < end);
              return lives;
            };
        all.add(threads.submit(life));
      }
      for (Future<Integer> lives : all) {
        assertThat(lives.get()).isPositive();
      }
    }
    assertThat(answers.get()).isPositive();
  }

  private static void live(String model, Random random, AtomicInteger answers) throws IOException {
    LlamaOptions options =
        LlamaOptions.defaults()
            .withTier(KernelTier.X64)
            .withThreads(1 + random.nextInt(3))
            .withContextLength(512);
    Llama llama = Llama.open(ModelSource.of(model), options);
    try (llama) {
      for (int i = random.nextInt(3); i > 0; i--) {
        if (random.nextBoolean()) {
          Prompt prompt =
              llama.prompt(
                  List.of(ChatMessage.user("What is the capital of France?")),
                  ChatOptions.defaults());
          try (Generation answer = llama.generate(prompt, GenerationOptions.greedy())) {
            assertThat(answer.text()).isEqualTo(ANSWER);
          }
          answers.incrementAndGet();
        } else {
          // left alone when the model closes under it
          Generation _ =
              llama.generate(
                  Prompt.tokens(llama.tokenizer().encode("Once upon a time")),
                  GenerationOptions.greedy().withMaxTokens(200));
        }
      }
    }
  }
}
