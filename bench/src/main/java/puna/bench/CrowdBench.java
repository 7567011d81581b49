package puna.bench;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import puna.GeneratedToken;
import puna.Generation;
import puna.GenerationOptions;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.Prompt;
import puna.ResponseFormat;
import puna.json.Json;
import puna.sample.SamplingOptions;
import puna.sample.SamplingOptions.EndTokens;

/// Many answers at once on one model, in one process: rates, waits, and who holds up whom.
///
/// Usage: `CrowdBench MODEL PROGRAM…`, where a program is one of
///
/// - `rates [N…]`: N answers of mixed lengths at once (default 1 4 16 64 256), and the rate of a
///   prompt of 512 tokens beside them;
/// - `prefix`: the time to the first token behind a shared beginning of 2,000 tokens, cold and
///   warm;
/// - `fairness`: 63 short answers beside a prompt of 8,000 tokens;
/// - `drawing [N]`: the share of masks and samplers in steps of N answers (default 64).
///
/// Prompts are random tokens, end tokens are banned: lengths are as they are asked for.
public final class CrowdBench {
  private static final int FEW =
      1000; // ids of tokens from here on are ordinary in all vocabularies
  private static final String SCHEMA =
      """
      {"type":"object","properties":{"name":{"type":"string"},"tags":{"type":"array","items":
      {"type":"string"}},"size":{"type":"integer"}},"required":["name","tags","size"]}\
      """;

  private final Llama llama;
  private final PrintStream out = System.out;

  private CrowdBench(Llama llama) {
    this.llama = llama;
  }

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("usage: CrowdBench MODEL PROGRAM…");
    }
    int[] counts =
        Arrays.stream(arguments, 2, arguments.length).mapToInt(Integer::parseInt).toArray();
    int most = arguments[1].equals("rates") ? largest(counts, 256) : largest(counts, 64);
    LlamaOptions options =
        LlamaOptions.defaults()
            .withMaxConcurrent(most)
            .withTokenInterval(Duration.ofMillis(Long.getLong("puna.bench.interval", 50)));
    try (Llama llama = Llama.open(ModelSource.of(arguments[0]), options)) {
      CrowdBench bench = new CrowdBench(llama);
      bench.answers(2, 60, 30).run(); // warms up
      switch (arguments[1]) {
        case "rates" -> bench.rates(counts.length > 0 ? counts : new int[] {1, 4, 16, 64, 256});
        case "prefix" -> bench.prefix();
        case "fairness" -> bench.fairness();
        case "drawing" -> bench.drawing(most);
        default -> throw new IllegalArgumentException("no program " + arguments[1]);
      }
    }
  }

  private static int largest(int[] counts, int otherwise) {
    return IntStream.of(counts).max().orElse(otherwise);
  }

  private void rates(int[] counts) throws InterruptedException {
    double prompt = promptRate(512);
    out.printf(Locale.ROOT, "prompt of 512 tokens: %.0f tokens/s%n", prompt);
    out.printf(
        Locale.ROOT,
        "%7s %9s %9s %9s   first token, ms %14s between tokens, ms%n",
        "answers",
        "tokens/s",
        "and read",
        "of pp512",
        "");
    out.printf(
        Locale.ROOT,
        "%37s %9s %9s %9s %9s %9s %9s%n",
        "",
        "p50",
        "p99",
        "most",
        "p50",
        "p99",
        "most");
    for (int count : counts) {
      Crowd crowd = answers(count, 200, 128);
      double seconds = crowd.run();
      double rate = crowd.tokens.get() / seconds;
      double all = (crowd.tokens.get() + crowd.read.get()) / seconds;
      out.printf(
          Locale.ROOT,
          "%7s %9.1f %9.1f %9.2f %s %s%n",
          count,
          rate,
          all,
          all / prompt,
          crowd.first.toString(),
          crowd.between.toString());
    }
  }

  /// Tokens of a prompt a second, the best of three.
  private double promptRate(int tokens) throws InterruptedException {
    double best = 0;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      try (Generation read = llama.generate(random(900 + i, tokens), options(0))) {
        String _ = read.text();
      }
      best = Math.max(best, tokens / seconds(start));
    }
    return best;
  }

  private void prefix() throws InterruptedException {
    Percentiles cold = new Percentiles();
    Percentiles warm = new Percentiles();
    for (int round = 0; round < 5; round++) {
      int[] shared = ids(7_000 + round, 2_000);
      cold.add(firstToken(shared, round));
      for (int i = 1; i <= 3; i++) {
        warm.add(firstToken(shared, 100 * i + round));
      }
    }
    out.printf(
        Locale.ROOT,
        "first token behind 2,000 shared tokens, ms: cold %.1f, warm %.1f, ratio %.3f%n",
        cold.at(50),
        warm.at(50),
        warm.at(50) / cold.at(50));
  }

  private double firstToken(int[] shared, int question) {
    int[] all = Arrays.copyOf(shared, shared.length + 20);
    System.arraycopy(ids(question, 20), 0, all, shared.length, 20);
    try (Generation answer = llama.generate(Prompt.tokens(all), options(2))) {
      String _ = answer.text();
      return answer.timings().firstTokenNanos() / 1e6;
    }
  }

  private void fairness() throws InterruptedException {
    Crowd alone = answers(63, 30, 100);
    double before = alone.run();
    out.printf(
        Locale.ROOT,
        "63 short answers alone:          %s ms between tokens, %.1f s%n",
        alone.between.toString(),
        before);
    Crowd beside = answers(63, 30, 100);
    int length = Math.min(8_000, llama.info().context() - 10);
    long start = System.nanoTime();
    Thread reader =
        Thread.startVirtualThread(() -> {
          try (Generation read = llama.generate(random(77, length), options(1))) {
            String _ = read.text();
          }
        });
    double together = beside.run();
    double ended = seconds(start);
    reader.join();
    out.printf(
        Locale.ROOT,
        "beside a prompt of %s tokens:  %s ms between tokens, %.1f s%n",
        length,
        beside.between.toString(),
        together);
    out.printf(
        Locale.ROOT,
        "the prompt was read after %.1f s, the answers ended after %.1f s%n",
        seconds(start),
        ended);
  }

  /// The share of drawing in the time of steps, of answers with top-p and a schema.
  private void drawing(int count) throws InterruptedException {
    GenerationOptions bound =
        options(64)
            .withSampling(SamplingOptions.defaults().withTemperature(1f).withTopP(0.9f))
            .withFormat(ResponseFormat.jsonSchema(Json.parse(SCHEMA, "schema")));
    for (int round = 0; round < 3; round++) {
      AtomicLong steps = new AtomicLong();
      AtomicLong draws = new AtomicLong();
      try (RecordingStream events = new RecordingStream()) {
        events.onEvent("puna.Step", event -> add(event, count, "tokens", steps));
        events.onEvent("puna.Draw", event -> add(event, count, "sequences", draws));
        events.startAsync();
        new Crowd(count, 8, bound).run();
        events.stop();
      }
      out.printf(
          Locale.ROOT,
          "%s answers with top-p and a schema: drawing takes %.1f %% of a step%n",
          count,
          100.0 * draws.get() / (steps.get() + draws.get()));
    }
  }

  /// Of steps that most answers take part in, each by a token.
  private static void add(RecordedEvent event, int count, String size, AtomicLong sum) {
    int sequences = event.getInt(size);
    if (sequences > count / 2 && sequences <= count) {
      sum.addAndGet(event.getDuration().toNanos());
    }
  }

  private Crowd answers(int count, int longestPrompt, int mostTokens) {
    return new Crowd(count, longestPrompt, options(mostTokens));
  }

  private static GenerationOptions options(int tokens) {
    return GenerationOptions.defaults()
        .withMaxTokens(tokens)
        .withSampling(SamplingOptions.greedy().withEndTokens(EndTokens.BANNED));
  }

  private Prompt random(long seed, int length) {
    return Prompt.tokens(ids(seed, length));
  }

  private int[] ids(long seed, int length) {
    return new Random(seed).ints(length, FEW, llama.tokenizer().vocabularySize() - FEW).toArray();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /// Answers that begin at once, each on a thread of its own, with prompts and lengths from an
  /// eighth of the longest on.
  private final class Crowd {
    private final int count;
    private final int longestPrompt;
    private final GenerationOptions options;
    private final Percentiles first = new Percentiles(); // milliseconds
    private final Percentiles between = new Percentiles();
    private final AtomicLong tokens = new AtomicLong(); // generated
    private final AtomicLong read = new AtomicLong(); // of prompts

    Crowd(int count, int longestPrompt, GenerationOptions options) {
      this.count = count;
      this.longestPrompt = longestPrompt;
      this.options = options;
    }

    /// @return seconds
    double run() throws InterruptedException {
      Random lengths = new Random(count);
      List<Thread> threads = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        int most = options.maxTokens().orElseThrow();
        Prompt prompt = random(1_000L * count + i, between(lengths, longestPrompt));
        GenerationOptions mine = options.withMaxTokens(between(lengths, most));
        threads.add(Thread.startVirtualThread(() -> read(prompt, mine)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      return seconds(start);
    }

    private static int between(Random random, int most) {
      int least = Math.max(1, most / 8);
      return least + random.nextInt(most - least + 1);
    }

    private void read(Prompt prompt, GenerationOptions mine) {
      long[] last = {System.nanoTime()};
      boolean[] begun = {false};
      try (Generation answer = llama.generate(prompt, mine)) {
        read.addAndGet(answer.promptTokens().length);
        answer.forEachToken((GeneratedToken token) -> {
          long now = System.nanoTime();
          (begun[0] ? between : first).add((now - last[0]) / 1e6);
          begun[0] = true;
          last[0] = now;
          tokens.incrementAndGet();
        });
      }
    }
  }
}
