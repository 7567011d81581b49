package puna.server.ollama;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A hub on this machine with two repositories, each of one file: `u/whole`, and `u/endless`, whose
/// file stops to come after its beginning.
final class SmallHub implements AutoCloseable {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final int BEGINNING = 1 << 20;

  final AtomicInteger requests = new AtomicInteger();
  final CountDownLatch begun = new CountDownLatch(1);
  final CountDownLatch left = new CountDownLatch(1);
  private final Path file;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  SmallHub(Path file) {
    this.file = file;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    String path = exchange.getRequestURI().getPath();
    try (exchange) {
      if (path.startsWith("/api/models/u/")) {
        byte[] listing = listing().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, listing.length);
        exchange.getResponseBody().write(listing);
      } else if (path.startsWith("/u/whole/")) {
        exchange.getResponseHeaders().set("ETag", "\"one\"");
        exchange.sendResponseHeaders(200, Files.size(file));
        Files.copy(file, exchange.getResponseBody());
      } else if (path.startsWith("/u/endless/")) {
        begin(exchange);
      } else {
        exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  /// Sends a byte now and then, until nobody reads them.
  private void begin(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("ETag", "\"one\"");
    exchange.sendResponseHeaders(200, Files.size(file));
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = exchange.getResponseBody()) {
      out.write(in.readNBytes(BEGINNING));
      out.flush();
      begun.countDown();
      while (true) {
        out.write(in.read());
        out.flush();
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException e) {
      left.countDown();
    }
  }

  private String listing() {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] piece = new byte[1 << 16];
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        digest.update(piece, 0, count);
      }
      return "{\"sha\":\"%s\",\"siblings\":[{\"rfilename\":\"m-Q8_0.gguf\",\"size\":%s,\"blobId\":\"x\",\"lfs\":{\"sha256\":\"%s\",\"size\":%s}}]}"
          .formatted(
              COMMIT,
              Files.size(file),
              HexFormat.of().formatHex(digest.digest()),
              Files.size(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
