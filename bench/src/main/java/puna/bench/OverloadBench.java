package puna.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.server.PunaServer;
import puna.server.ServerOptions;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// A server that is asked for ten times what it can do: what it answers, refuses and takes, and how
/// soon after the load it answers again.
///
/// Usage: `OverloadBench MODEL SECONDS`, for example `smollm2-135m 30`. Linux only: it reads
/// `/proc/self`.
public final class OverloadBench {
  private static final int AT_ONCE = 4;
  private static final int WAITING = 4;
  private static final int CLIENTS = 10 * (AT_ONCE + WAITING);

  private final int port;
  private final String body;
  private final Map<String, AtomicLong> outcomes = new ConcurrentSkipListMap<>();
  private final Percentiles answered = new Percentiles(); // ms
  private final Percentiles refused = new Percentiles(); // ms

  private OverloadBench(int port, String model) {
    this.port = port;
    this.body =
        """
        {"model": "%s", "stream": true, "temperature": 0, "max_tokens": 32,
         "messages": [{"role": "user", "content": "Tell something about llamas."}]}\
        """
            .formatted(model);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("usage: OverloadBench MODEL SECONDS");
    }
    LlamaOptions options =
        LlamaOptions.defaults()
            .withContextLength(512)
            .withMaxConcurrent(AT_ONCE)
            .withMaxWaiting(WAITING);
    Models models =
        new Models(
            List.of(ServedModel.of(arguments[0], ModelSource.of(arguments[0]), options)),
            Models.Settings.defaults());
    try (PunaServer server = PunaServer.start(models, ServerOptions.defaults().withPort(0))) {
      OverloadBench bench = new OverloadBench(server.port(), arguments[0]);
      double alone = bench.alone();
      long before = residentMegabytes();
      bench.load(Duration.ofSeconds(Long.parseLong(arguments[1])));
      double after = bench.alone();
      bench.report(before, alone, after);
    }
  }

  /// How long one answer takes where nobody else asks, in milliseconds.
  private double alone() throws IOException {
    long start = System.nanoTime();
    ask();
    return (System.nanoTime() - start) / 1e6;
  }

  private void load(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          Thread.startVirtualThread(() -> {
            while (System.nanoTime() < end) {
              one();
              rest();
            }
          }));
    }
    for (Thread client : clients) {
      client.join();
    }
  }

  /// Clients try again ten times a second, ten times as often as they are told to.
  private static void rest() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void one() {
    long start = System.nanoTime();
    String outcome;
    Percentiles times = refused;
    try {
      ask();
      outcome = "200";
      times = answered;
    } catch (IOException e) {
      outcome = String.valueOf(e.getMessage());
    }
    times.add((System.nanoTime() - start) / 1e6);
    outcomes.computeIfAbsent(outcome, _ -> new AtomicLong()).incrementAndGet();
  }

  private void ask() throws IOException {
    try (StreamReader reader = StreamReader.post(port, "/v1/chat/completions", body)) {
      String last = "";
      for (String line = reader.next(); line != null; line = reader.next()) {
        last = line.startsWith("data: ") ? line : last;
      }
      if (!last.startsWith("data: [DONE]")) {
        throw new IOException("a stream without its end");
      }
    }
  }

  private void report(long before, double alone, double after) throws IOException {
    outcomes.forEach((outcome, count) -> System.out.println(count + " × " + outcome));
    System.out.printf(
        Locale.ROOT,
        "%s clients, %s at once, %s waiting%nanswered in ms (p50, p99, most): %s%nrefused in ms: %s%nalone before %.0f ms, at once after the load %.0f ms%nresident %s MB before, %s after%n",
        CLIENTS,
        AT_ONCE,
        WAITING,
        answered,
        refused,
        alone,
        after,
        before,
        residentMegabytes());
  }

  private static long residentMegabytes() throws IOException {
    return ProcessFigures.memory() >> 20;
  }
}
