package puna.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.SavedPrecision;
import puna.Session;
import puna.SessionOptions;
import puna.chat.ChatMessage;

/// What saving and restoring a conversation takes, and the time to its next first token with and
/// without what was saved.
///
/// Usage: `SessionBench MODEL [WORDS]`. A system message of so many words (2,000) is the
/// conversation. The answers must be the same, and the warm one must take its prompt from the
/// cache, or the program stops. Medians of five rounds, each in a model that was opened afresh.
public final class SessionBench {
  private static final int ROUNDS = 5;
  private static final ChatMessage QUESTION = ChatMessage.user("What is the capital of France?");

  private final ModelSource model;
  private final Path folder;
  private final ChatMessage system;
  private final Map<Measure, double[]> millis = new EnumMap<>(Measure.class);

  private enum Measure {
    OPEN,
    COLD_FIRST_TOKEN,
    SAVE,
    SAVE_Q8_0,
    RESTORE,
    WARM_FIRST_TOKEN,
    RESTORE_Q8_0
  }

  private SessionBench(ModelSource model, Path folder, int words) {
    this.model = model;
    this.folder = folder;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(i % 10 == 9 ? "word.\n" : "word ");
    }
    this.system = ChatMessage.system(text.toString());
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1) {
      throw new IllegalArgumentException("usage: SessionBench MODEL [WORDS]");
    }
    Path folder = Files.createTempDirectory("puna-bench");
    int words = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2000;
    new SessionBench(ModelSource.of(arguments[0]), folder, words).run();
  }

  private void run() throws IOException {
    Path exact = folder.resolve("exact.session");
    Path small = folder.resolve("small.session");
    try {
      int tokens = 0;
      for (int round = 0; round < ROUNDS; round++) {
        String cold = save(round, exact, small);
        tokens = restore(round, exact, cold);
        restoreSmall(round, small);
      }
      for (Measure measure : Measure.values()) {
        double[] sorted = rounds(measure).clone();
        Arrays.sort(sorted);
        System.out.println(
            String.format(Locale.ROOT, "%-18s %10.1f ms", measure, sorted[ROUNDS / 2]));
      }
      System.out.println(
          String.format(
              Locale.ROOT,
              "%s tokens from the cache; file %,d bytes, in q8_0 %,d",
              tokens,
              Files.size(exact),
              Files.size(small)));
    } finally {
      Files.deleteIfExists(exact);
      Files.deleteIfExists(small);
      Files.delete(folder);
    }
  }

  private double[] rounds(Measure measure) {
    return millis.computeIfAbsent(measure, _ -> new double[ROUNDS]);
  }

  private void took(Measure measure, int round, long start) {
    rounds(measure)[round] = (System.nanoTime() - start) / 1e6;
  }

  private Llama open(int round) {
    long start = System.nanoTime();
    Llama llama = Llama.open(model, LlamaOptions.defaults().withContextLength(4096));
    took(Measure.OPEN, round, start);
    return llama;
  }

  /// @return the answer
  private String save(int round, Path exact, Path small) {
    try (Llama llama = open(round)) {
      Session session = llama.session(List.of(system));
      String text = firstToken(session, Measure.COLD_FIRST_TOKEN, round).text();
      long start = System.nanoTime();
      session.save(exact);
      took(Measure.SAVE, round, start);
      start = System.nanoTime();
      session.save(small, SessionOptions.defaults().withPrecision(SavedPrecision.Q8_0));
      took(Measure.SAVE_Q8_0, round, start);
      return text;
    }
  }

  private ChatAnswer firstToken(Session session, Measure measure, int round) {
    long start = System.nanoTime();
    ChatAnswer answer = session.chat(QUESTION, ChatOptions.greedy().withMaxTokens(16));
    var _ = answer.iterator().next();
    took(measure, round, start);
    return answer;
  }

  /// @return tokens that were taken from the cache
  private int restore(int round, Path exact, String cold) {
    try (Llama llama = open(round)) {
      long start = System.nanoTime();
      Session session = llama.restore(exact);
      took(Measure.RESTORE, round, start);
      ChatAnswer answer = firstToken(session, Measure.WARM_FIRST_TOKEN, round);
      int cached = answer.usage().cachedTokens();
      if (!answer.text().equals(cold) || cached * 10 < answer.usage().promptTokens() * 9) {
        throw new IllegalStateException(
            "the restored conversation must go on with '%s' and its prompt from the cache, found '%s' and %s"
                .formatted(cold, answer.text(), answer.usage()));
      }
      return cached;
    }
  }

  private void restoreSmall(int round, Path small) {
    try (Llama llama = open(round)) {
      long start = System.nanoTime();
      Session _ = llama.restore(small);
      took(Measure.RESTORE_Q8_0, round, start);
    }
  }
}
