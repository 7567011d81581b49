package puna.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import puna.LlamaOptions;
import puna.ModelSource;
import puna.server.PunaServer;
import puna.server.ServerOptions;
import puna.server.models.Models;
import puna.server.models.ServedModel;

/// Mixed load on a server for as long as one likes: requests of all dialects, whole and streamed,
/// some of them changed at random, from clients of which some leave in the middle. Every minute a
/// line with heap, memory, threads and open files, which must stay flat; in the end what was
/// answered: no 5xx but 503 and 529, nothing that hangs.
///
/// Usage: `ServeSoakBench MODEL SECONDS [CLIENTS]`. Linux only: it reads `/proc/self`.
public final class ServeSoakBench {
  private static final long EVERY_NANOS = 60_000_000_000L;
  private static final int PATIENCE = 120_000; // ms without a byte: that hangs
  private static final int MOST_BYTES = 1 << 16; // of a reply that a client reads

  private static final List<Asked> REQUESTS =
      List.of(
          new Asked(
              "/v1/chat/completions",
              """
              {"model": "m", "stream": true, "max_tokens": 24, "temperature": 0.8, "logprobs": true, "top_logprobs": 2,
               "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say something."}]}\
              """),
          new Asked(
              "/v1/chat/completions",
              """
              {"model": "m", "max_tokens": 16, "tools": [{"type": "function", "function": {"name": "f", "parameters":
               {"type": "object", "properties": {"a": {"type": "integer"}}}}}], "tool_choice": "required",
               "messages": [{"role": "user", "content": "Call f."}]}\
              """),
          new Asked(
              "/v1/chat/completions",
              """
              {"model": "m", "max_tokens": 40, "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema":
               {"type": "object", "properties": {"a": {"type": "string", "maxLength": 5}}, "required": ["a"]}}},
               "messages": [{"role": "user", "content": "JSON."}]}\
              """),
          new Asked(
              "/v1/completions",
              "{\"model\": \"m\", \"prompt\": [\"Once\", \"Twice\"], \"max_tokens\": 8, \"n\": 2, \"stream\": true}"),
          new Asked(
              "/v1/responses",
              "{\"model\": \"m\", \"input\": \"Hello\", \"max_output_tokens\": 16, \"stream\": true}"),
          new Asked("/v1/embeddings", "{\"model\": \"m\", \"input\": [\"one\", \"two words\"]}"),
          new Asked(
              "/v1/messages",
              """
              {"model": "m", "max_tokens": 16, "stream": true, "system": "Be brief.", "messages": [{"role": "user",
               "content": [{"type": "text", "text": "Hello"}]}]}\
              """),
          new Asked(
              "/v1/messages/count_tokens",
              "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}"),
          new Asked(
              "/api/chat",
              """
              {"model": "m", "messages": [{"role": "user", "content": "Hello"}], "options": {"num_predict": 12, "top_k": 20}}\
              """),
          new Asked(
              "/api/generate",
              "{\"model\": \"m\", \"prompt\": \"Hello\", \"options\": {\"num_predict\": 12}, \"format\": \"json\"}"),
          new Asked("/api/embed", "{\"model\": \"m\", \"input\": \"Hello\"}"),
          new Asked("/api/show", "{\"model\": \"m\"}"),
          new Asked(
              "/completion",
              """
              {"prompt": ["Hello", [1, 2, 3]], "n_predict": 12, "n_probs": 2, "stream": true, "grammar": "root ::= [a-z ]+"}\
              """),
          new Asked("/tokenize", "{\"content\": \"Hello you\", \"with_pieces\": true}"),
          new Asked(
              "/apply-template", "{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}"),
          new Asked("/rerank", "{\"query\": \"x\", \"documents\": [\"y\", \"z\"]}"));

  private final int port;
  private final long end;
  private final Map<String, AtomicLong> outcomes = new ConcurrentSkipListMap<>();
  private final AtomicLong mutated = new AtomicLong();

  private record Asked(String path, String body) {}

  private ServeSoakBench(int port, Duration time) {
    this.port = port;
    this.end = System.nanoTime() + time.toNanos();
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("usage: ServeSoakBench MODEL SECONDS [CLIENTS]");
    }
    int clients = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 12;
    LlamaOptions options =
        LlamaOptions.defaults()
            .withContextLength(1024)
            .withCacheTokens(8 * 1024)
            .withMaxWaiting(64);
    Models models =
        new Models(
            List.of(ServedModel.of("m", ModelSource.of(arguments[0]), options)),
            Models.Settings.defaults());
    try (PunaServer server = PunaServer.start(models, ServerOptions.defaults().withPort(0))) {
      new ServeSoakBench(server.port(), Duration.ofSeconds(Long.parseLong(arguments[1])))
          .run(clients);
    }
  }

  private void run(int clients) throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      Random random = new Random(client);
      threads.add(
          Thread.startVirtualThread(() -> {
            while (System.nanoTime() < end) {
              ask(random);
            }
          }));
    }
    System.out.println(" seconds" + ProcessFigures.HEAD + "  answered  changed");
    long start = System.nanoTime();
    for (long next = start + EVERY_NANOS; next < end; next += EVERY_NANOS) {
      LockSupport.parkNanos(Math.max(1, next - System.nanoTime()));
      report(start);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    report(start);
    outcomes.forEach((outcome, count) -> System.out.println(count + " × " + outcome));
  }

  private void report(long start) throws IOException {
    System.out.printf(
        "%8s%s %9s %8s%n",
        (System.nanoTime() - start) / 1_000_000_000L,
        ProcessFigures.take(),
        outcomes.values().stream().mapToLong(AtomicLong::get).sum(),
        mutated);
  }

  private void ask(Random random) {
    Asked asked = REQUESTS.get(random.nextInt(REQUESTS.size()));
    byte[] body = asked.body.getBytes(StandardCharsets.UTF_8);
    boolean isChanged = random.nextInt(3) > 0;
    if (isChanged) {
      body = changed(body, random);
      mutated.incrementAndGet();
    }
    String outcome;
    try {
      outcome = reply(asked.path, body, random);
    } catch (SocketTimeoutException e) {
      outcome = "HANGS " + asked.path;
    } catch (IOException e) {
      outcome = "broken off";
    }
    outcomes.computeIfAbsent(outcome, _ -> new AtomicLong()).incrementAndGet();
    if (outcome.startsWith("50") || outcome.startsWith("HANGS")) {
      System.out.println(
          outcome + " " + asked.path + " " + new String(body, StandardCharsets.UTF_8));
    }
  }

  /// Bytes changed, left out, doubled, or cut.
  private static byte[] changed(byte[] body, Random random) {
    StringBuilder text = new StringBuilder(new String(body, StandardCharsets.ISO_8859_1));
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      int at = random.nextInt(text.length());
      int to = Math.min(text.length(), at + 1 + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> text.setCharAt(at, (char) random.nextInt(256));
        case 1 -> text.delete(at, to);
        case 2 -> text.insert(at, text.substring(at, to));
        case 3 ->
            text.insert(
                at,
                List.of("[", "{", "\"", "null", "-1e999", "[[", "\\u0000").get(random.nextInt(7)));
        default -> text.setLength(random.nextInt(8) == 0 ? at + 1 : text.length());
      }
      if (text.isEmpty()) {
        text.append('{');
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Sends a request and reads the reply, or a part of it.
  ///
  /// @return the status, or that the client left
  private String reply(String path, byte[] body, Random random) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE);
      String head =
          "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %s\r\n\r\n"
              .formatted(path, port, body.length);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      int fate = random.nextInt(10);
      if (fate == 0) { // leaves while it still speaks
        socket.getOutputStream().write(body, 0, random.nextInt(body.length));
        return "left while it asked";
      }
      socket.getOutputStream().write(body);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      byte[] status = in.readNBytes(12);
      if (fate == 1) { // leaves in the middle, with a reset
        socket.setSoLinger(true, 0);
        return "left in the middle";
      }
      long read = 0;
      while (read < MOST_BYTES && in.read() >= 0) {
        read++;
      }
      return status.length < 12 ? "no reply" : new String(status, 9, 3, StandardCharsets.US_ASCII);
    }
  }
}
