package puna.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import puna.ChatAnswer;
import puna.ChatOptions;
import puna.Llama;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.chat.ChatEvent;
import puna.chat.ChatMessage;
import puna.server.PunaServer;
import puna.server.ServerOptions;
import puna.server.models.ModelLease;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// What HTTP costs: streams of mixed lengths by so many clients at a time, through the server on
/// the loopback and, in turns, by the same calls of the library. Clients, server and engine share
/// the machine's cores.
///
/// Usage: `ServeBench MODEL SECONDS CLIENTS…`, for example `smollm2-135m 60 1 4 16 64`; the model
/// `wider` is the built-in one in a body of 972 million weights ([WiderModel]). Seconds are those
/// of each way, `-Dpuna.bench.warm=SECONDS` those that each runs before (2). Linux only: it reads
/// `/proc/self`.
public final class ServeBench {
  private static final String WIDER = "wider";
  private static final int TURNS = 4; // of each way, so that both see the same noise
  private static final Duration WARM = Duration.ofSeconds(Integer.getInteger("puna.bench.warm", 2));

  private final Llama llama;
  private final int port;
  private final String model;

  private ServeBench(Llama llama, String model, int port) {
    this.llama = llama;
    this.model = model;
    this.port = port;
  }

  /// What one way came to.
  private static final class Tally {
    private final AtomicLong tokens = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final Percentiles first = new Percentiles(); // ms
    private final Percentiles rates = new Percentiles(); // tokens a second of a stream
    private final ThreadTimes times = new ThreadTimes();
    private long nanos;
  }

  /// Asks for one answer after the other.
  private interface Client extends AutoCloseable {
    /// @return tokens that were generated
    int ask(String text, int tokens, Percentiles first) throws IOException;

    @Override
    default void close() throws IOException {}
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 3) {
      throw new IllegalArgumentException("usage: ServeBench MODEL SECONDS CLIENTS…");
    }
    Path folder = Files.createTempDirectory("puna-bench");
    Path wider = folder.resolve("wider.gguf");
    try {
      boolean isWider = arguments[0].equals(WIDER);
      if (isWider) {
        WiderModel.writeBuiltIn(0, wider);
      }
      measure(
          arguments[0],
          isWider ? ModelSource.file(wider) : ModelSource.of(arguments[0]),
          Duration.ofSeconds(Long.parseLong(arguments[1])),
          Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray());
    } finally {
      Files.deleteIfExists(wider);
      Files.delete(folder);
    }
  }

  private static void measure(String name, ModelSource source, Duration time, int... clients)
      throws IOException, InterruptedException {
    LlamaOptions options =
        LlamaOptions.defaults()
            .withContextLength(2048)
            .withMaxConcurrent(256)
            .withMaxWaiting(512)
            .withMaxWaitingTime(Duration.ofMinutes(10)); // two cores take over a minute for 256
    Models models =
        new Models(List.of(ServedModel.of(name, source, options)), Models.Settings.defaults());
    try (PunaServer server = PunaServer.start(models, ServerOptions.defaults().withPort(0));
        ModelLease lease = models.lease(models.list().getFirst(), () -> {})) {
      ServeBench bench = new ServeBench(lease.llama(), name, server.port());
      System.out.println(
          "clients way     errors answers tokens/s  first token ms: p50, p99, most   slowest/median  RSS MB");
      for (int level : clients) {
        bench.compare(level, time);
      }
    }
  }

  private void compare(int clients, Duration time) throws IOException, InterruptedException {
    Tally http = new Tally();
    Tally library = new Tally();
    Supplier<Client> overLibrary = () -> this::direct;
    Supplier<Client> overHttp = () -> new HttpClient(port, model);
    run(clients, WARM, overLibrary, new Tally());
    run(clients, WARM, overHttp, new Tally());
    for (int turn = 0; turn < TURNS; turn++) {
      run(clients, time.dividedBy(TURNS), overHttp, http);
      run(clients, time.dividedBy(TURNS), overLibrary, library);
    }
    report(clients, "http", http);
    report(clients, "library", library);
    System.out.printf(
        "        processor time a token, µs:%n          http    %s%n          library %s%n",
        http.times.each(http.tokens.get()), library.times.each(library.tokens.get()));
    System.out.printf(
        Locale.ROOT, "        http/library tokens: %.3f%n", rate(http) / rate(library));
  }

  private static double rate(Tally tally) {
    return tally.tokens.get() * 1e9 / tally.nanos;
  }

  private static void report(int clients, String way, Tally tally) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%7s %-7s %6s %7s %8.1f %s %18.2f %11s%n",
        clients,
        way,
        tally.errors,
        tally.answers,
        rate(tally),
        tally.first,
        tally.rates.at(0) / tally.rates.at(50),
        ProcessFigures.memory() >> 20);
  }

  private static void run(int clients, Duration time, Supplier<Client> way, Tally tally)
      throws InterruptedException {
    tally.times.start();
    long start = System.nanoTime();
    long end = start + time.toNanos();
    CountDownLatch done = new CountDownLatch(clients);
    CountDownLatch counted = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Random random = new Random(i);
      threads.add(
          // threads of their own, so that their time can be told from the server's
          Thread.ofPlatform()
              .name("client " + i)
              .start(() -> {
                try (Client client = way.get()) {
                  while (System.nanoTime() < end) {
                    one(random, client, tally);
                  }
                } catch (IOException e) {
                  tally.errors.incrementAndGet();
                }
                done.countDown();
                await(counted);
              }));
    }
    await(done);
    tally.nanos += System.nanoTime() - start;
    tally.times.stop(); // while they are there: what a thread took is gone with it
    counted.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void one(Random random, Client client, Tally tally) {
    String text =
        "Tell something about number %s. ".formatted(random.nextInt(1000))
            + "llama river stone house ".repeat(random.nextInt(40));
    int most = 16 + random.nextInt(112);
    long start = System.nanoTime();
    Percentiles first = new Percentiles();
    try {
      int tokens = client.ask(text, most, first);
      tally.tokens.addAndGet(tokens);
      tally.answers.incrementAndGet();
      tally.first.add(first.at(50));
      double seconds = (System.nanoTime() - start) / 1e9 - first.at(50) / 1e3;
      if (tokens > 8) {
        tally.rates.add(tokens / seconds);
      }
    } catch (IOException | RuntimeException e) {
      tally.errors.incrementAndGet();
    }
  }

  private int direct(String text, int tokens, Percentiles first) {
    long start = System.nanoTime();
    ChatOptions options = ChatOptions.greedy().withMaxTokens(tokens);
    boolean begun = false;
    try (ChatAnswer answer = llama.chat(List.of(ChatMessage.user(text)), options)) {
      for (ChatEvent event : answer) {
        if (!begun && event instanceof ChatEvent.TextDelta) {
          begun = true;
          first.add((System.nanoTime() - start) / 1e6);
        }
      }
      return answer.usage().completionTokens();
    }
  }

  /// Asks over HTTP, on a connection that it keeps as long as nothing goes wrong.
  private static final class HttpClient implements Client {
    private final int port;
    private final String model;
    private @Nullable StreamReader connection;

    HttpClient(int port, String model) {
      this.port = port;
      this.model = model;
    }

    @Override
    public int ask(String text, int tokens, Percentiles first) throws IOException {
      long start = System.nanoTime();
      String body =
          """
          {"model": "%s", "stream": true, "stream_options": {"include_usage": true}, "temperature": 0,
           "max_tokens": %s, "messages": [{"role": "user", "content": "%s"}]}\
          """
              .formatted(model, tokens, text);
      StreamReader reader = connection == null ? StreamReader.connect(port) : connection;
      connection = reader;
      try {
        reader.post("/v1/chat/completions", body);
        return read(reader, start, first);
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    private static int read(StreamReader reader, long start, Percentiles first) throws IOException {
      boolean begun = false;
      int generated = 0;
      for (String line = reader.next();
          line != null && !StreamReader.isLast(line);
          line = reader.next()) {
        if (!begun && line.contains("\"delta\":{\"content\":\"") && !line.contains("\"role\"")) {
          begun = true;
          first.add((System.nanoTime() - start) / 1e6);
        }
        int usage = line.indexOf("\"completion_tokens\":");
        if (usage >= 0) {
          int from = usage + "\"completion_tokens\":".length();
          generated = Integer.parseInt(line.substring(from, line.indexOf(',', from)));
        }
      }
      String end = reader.next(); // an empty line
      if (generated == 0 || end == null) {
        throw new IOException("no whole answer");
      }
      return generated;
    }

    @Override
    public void close() throws IOException {
      if (connection != null) {
        connection.close();
        connection = null;
      }
    }
  }
}
