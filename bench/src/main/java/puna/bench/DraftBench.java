package puna.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import puna.BatchInvariance;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Speculation;
import puna.chat.ChatMessage;

/// What a draft model gains for a model of a thousand million weights, by how often it is right.
///
/// Usage: `DraftBench [ROUNDS [NOISE…]]`. The large model is the built-in one in a wider body
/// ([WiderModel]), so that the built-in one is its draft; noise on its weights makes the draft err.
/// Greedy answers of at most 128 tokens, with and without guesses in turns; the texts must be the
/// same, or the program stops, so that the engine is batch-invariant. Medians of the rounds (3).
/// The model is written to the folder of temporary files.
public final class DraftBench {
  private static final String DRAFT = WiderModel.BUILT_IN;
  private static final List<Double> NOISES = List.of(0.0, 0.1, 0.2);
  private static final int TOKENS = 128;
  private static final int CONTEXT = 1024;
  private static final String SUMMARY =
      """
      Summarise this text in a few sentences.

      Llamas have been kept in the Andes for several thousand years. They carry loads of up to a
      third of their weight over long distances, live on the hard grass of the high plains, and need
      little water. The puna, the high grassland between the two chains of the mountains, lies
      between three and a half and five thousand metres above the sea. Nights are cold in every month
      of the year, the air is thin, and few trees grow. Herds move between pastures with the
      seasons, as they did before the roads were built. Wool is shorn every second year; the finer
      fibre of the young animals is spun and woven by hand and sold in the towns, the coarse one
      becomes ropes and sacks. Today lorries carry most goods, and llamas are kept for wool and meat,
      and as guards of sheep, since they do not fear dogs or foxes. In other countries people walk
      with them in the hills.
      """;
  private static final String CODE =
      """
      Write out this Java class again, with the method isEmpty added, and nothing else.

      final class Stack {
        private final int[] values;
        private int size;

        Stack(int capacity) {
          values = new int[capacity];
        }

        void push(int value) {
          if (size == values.length) {
            throw new IllegalStateException("the stack is full");
          }
          values[size++] = value;
        }

        int pop() {
          if (size == 0) {
            throw new IllegalStateException("the stack is empty");
          }
          return values[--size];
        }
      }
      """;

  private final int rounds;

  private DraftBench(int rounds) {
    this.rounds = rounds;
  }

  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    List<Double> noises =
        arguments.length > 1
            ? Arrays.stream(arguments).skip(1).map(Double::valueOf).toList()
            : NOISES;
    System.out.println("noise  text     tokens  right of guessed  tokens/s without, with  gain");
    Path folder = Files.createTempDirectory("puna-bench");
    Path file = folder.resolve("wider.gguf");
    try {
      for (double noise : noises) {
        WiderModel.writeBuiltIn(noise, file);
        new DraftBench(rounds).run(noise, file);
      }
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private void run(double noise, Path file) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("summary", SUMMARY);
    texts.put("code", CODE);
    LlamaOptions options =
        LlamaOptions.defaults()
            .withContextLength(CONTEXT)
            .withDraft(DRAFT)
            .withBatchInvariance(BatchInvariance.ON);
    // The first steps of a size are slow: another engine warms up.
    try (Llama llama = Llama.open(ModelSource.file(file), options)) {
      for (int i = 0; i < 2; i++) {
        texts.values().forEach(text -> answer(llama, text, Speculation.DRAFT_MODEL));
      }
    }
    try (Llama llama = Llama.open(ModelSource.file(file), options)) {
      texts.forEach((name, text) -> compare(llama, "%-6s %-8s".formatted(noise, name), text));
    }
  }

  /// How answers went.
  private record Run(String text, int tokens, double rate, long guessed, long right) {}

  private void compare(Llama llama, String row, String text) {
    List<Run> without = new ArrayList<>();
    List<Run> with = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Run plain = answer(llama, text, Speculation.OFF);
      Run guessed = answer(llama, text, Speculation.DRAFT_MODEL);
      if (!plain.text.equals(guessed.text)) {
        throw new IllegalStateException(
            "guesses must not change the answer '%s', found '%s'"
                .formatted(plain.text, guessed.text));
      }
      without.add(plain);
      with.add(guessed);
    }
    Run last = with.getLast();
    double plain = median(without);
    double guessed = median(with);
    System.out.printf(
        Locale.ROOT,
        "%s %6d  %4d of %4d, %3.0f %%  %7.1f %7.1f  %10.2f%n",
        row,
        last.tokens,
        last.right,
        last.guessed,
        100.0 * last.right / Math.max(1, last.guessed),
        plain,
        guessed,
        guessed / plain);
  }

  private static double median(List<Run> runs) {
    double[] rates = runs.stream().mapToDouble(Run::rate).sorted().toArray();
    return rates[rates.length / 2];
  }

  private static Run answer(Llama llama, String text, Speculation speculation) {
    ChatOptions options = ChatOptions.greedy().withMaxTokens(TOKENS).withSpeculation(speculation);
    try (ChatAnswer answer = llama.chat(List.of(ChatMessage.user(text)), options)) {
      return new Run(
          answer.text(),
          answer.usage().completionTokens(),
          answer.timings().decodeTokensPerSecond(),
          answer.timings().guessedTokens(),
          answer.timings().acceptedTokens());
    }
  }
}
