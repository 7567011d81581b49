package puna.hub;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import puna.TestSeed;
import puna.hub.net.HubSettings;
import puna.hub.net.Pace;
import puna.hub.net.Token;
import puna.settings.ProgramFolders;

/// A hub on this machine: one server that lists and redirects, and another, of another origin, that
/// has the contents. Tests replace what either answers.
final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final String SECRET = "hf_secretSecretSecret";
  static final Pace PACE = new Pace(64 << 10, 4, 4, Duration.ofMillis(1), Duration.ofSeconds(20));

  /// What answers instead; `true` where it did.
  interface Instead {
    boolean answer(HttpExchange exchange, int number) throws IOException;
  }

  /// A request as it came.
  record Request(String path, String range, String authorization) {}

  final Map<String, byte[]> files = Collections.synchronizedMap(new LinkedHashMap<>());
  final List<Request> hubRequests = Collections.synchronizedList(new ArrayList<>());
  final List<Request> storeRequests = Collections.synchronizedList(new ArrayList<>());
  final AtomicLong sentBytes = new AtomicLong();
  volatile Instead hubInstead = (_, _) -> false;
  volatile Instead storeInstead = (_, _) -> false;
  volatile String etag = "\"one\"";
  volatile String listing = "";
  private final AtomicInteger hubCount = new AtomicInteger();
  private final AtomicInteger storeCount = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer hub = server(this::answerAsHub);
  private final HttpServer store = server(this::answerAsStore);

  private interface Handler {
    void answer(HttpExchange exchange) throws IOException;
  }

  private HttpServer server(Handler handler) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              handler.answer(exchange);
            }
          });
      server.setExecutor(threads);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A GGUF file by its beginning, random behind it.
  static byte[] gguf(int bytes, long seed) {
    byte[] content = new byte[bytes];
    TestSeed.random(seed).nextBytes(content);
    System.arraycopy("GGUF".getBytes(StandardCharsets.US_ASCII), 0, content, 0, 4);
    return content;
  }

  String endpoint() {
    return "http://127.0.0.1:" + hub.getAddress().getPort();
  }

  String storeAddress() {
    return "http://127.0.0.1:" + store.getAddress().getPort();
  }

  HubSettings settings() {
    return settings(endpoint());
  }

  static HubSettings settings(String endpoint) {
    return new HubSettings(
        URI.create(endpoint),
        Optional.of(new Token(SECRET, "test")),
        Optional.empty(),
        ProxySelector.of(null),
        PACE);
  }

  /// A store that fetches from here.
  ModelStore store(Path home) {
    return store(home, settings());
  }

  static ModelStore store(Path home, HubSettings settings) {
    return new ModelStore(
        () -> home, new EmbeddedModels(List.of()), () -> settings, ProgramFolders.NONE);
  }

  private void answerAsHub(HttpExchange exchange) throws IOException {
    hubRequests.add(request(exchange));
    if (hubInstead.answer(exchange, hubCount.incrementAndGet())) {
      return;
    }
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/api/models/")) {
      send(
          exchange,
          200,
          (listing.isEmpty() ? listing() : listing).getBytes(StandardCharsets.UTF_8));
      return;
    }
    String file = path.replaceFirst("^/[^/]+/[^/]+/resolve/[^/]+/", "");
    exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
    exchange.getResponseHeaders().set("Location", storeAddress() + "/" + file + "?signature=x");
    send(exchange, 302, new byte[0]);
  }

  private String listing() {
    List<String> siblings = new ArrayList<>();
    files.forEach((path, content) ->
        siblings.add(
            "{\"rfilename\":\"%s\",\"size\":%s,\"blobId\":\"x\",\"lfs\":{\"sha256\":\"%s\",\"size\":%s}}"
                .formatted(path, content.length, sha256(content), content.length)));
    return "{\"sha\":\"%s\",\"siblings\":[%s]}".formatted(COMMIT, String.join(",", siblings));
  }

  static String sha256(byte[] content) {
    MessageDigest digest = CachedFile.sha256();
    digest.update(content);
    return CachedFile.hex(digest);
  }

  private void answerAsStore(HttpExchange exchange) throws IOException {
    storeRequests.add(request(exchange));
    if (storeInstead.answer(exchange, storeCount.incrementAndGet())) {
      return;
    }
    sendContent(exchange, Integer.MAX_VALUE);
  }

  /// Answers as a good store does, but for what comes after `most` bytes: it is cut off.
  void sendContent(HttpExchange exchange, int most) throws IOException {
    byte[] content = files.get(exchange.getRequestURI().getPath().substring(1));
    if (content == null) {
      send(exchange, 404, new byte[0]);
      return;
    }
    exchange.getResponseHeaders().set("ETag", etag);
    String range = exchange.getRequestHeaders().getFirst("Range");
    String condition = exchange.getRequestHeaders().getFirst("If-Range");
    if (range == null || (condition != null && !condition.equals(etag))) {
      write(exchange, 200, content, most);
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-");
    int first = Integer.parseInt(ends[0]);
    int last = Math.min(content.length - 1, Integer.parseInt(ends[1]));
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes %s-%s/%s".formatted(first, last, content.length));
    write(exchange, 206, Arrays.copyOfRange(content, first, last + 1), most);
  }

  byte[] content(String path) {
    return requireNonNull(files.get(path), path);
  }

  /// Answers as a store that knows no ranges.
  void sendAll(HttpExchange exchange, int most) throws IOException {
    write(exchange, 200, content(exchange.getRequestURI().getPath().substring(1)), most);
  }

  private void write(HttpExchange exchange, int status, byte[] content, int most)
      throws IOException {
    exchange.sendResponseHeaders(status, content.length);
    int sent = Math.min(most, content.length);
    OutputStream body = exchange.getResponseBody();
    body.write(content, 0, sent);
    body.flush();
    sentBytes.addAndGet(sent);
    if (sent < content.length) {
      throw new IOException("the server closes a connection whose answer fails");
    }
    body.close();
  }

  static boolean refuse(HttpExchange exchange, int status, String code) throws IOException {
    if (!code.isEmpty()) {
      exchange.getResponseHeaders().set("X-Error-Code", code);
    }
    send(exchange, status, "no \u001b[31m".getBytes(StandardCharsets.UTF_8));
    return true;
  }

  static void send(HttpExchange exchange, int status, byte[] content) throws IOException {
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    if (content.length > 0) {
      exchange.getResponseBody().write(content);
    }
  }

  private static Request request(HttpExchange exchange) {
    return new Request(
        exchange.getRequestURI().getPath(),
        String.valueOf(exchange.getRequestHeaders().getFirst("Range")),
        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
