package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.server.exchange.Exchange;
import puna.server.exchange.Headers;
import puna.server.exchange.Request;
import puna.server.models.Models;

/// The routes in a web server that is not Puna's: the JDK's own.
@Timeout(600)
class OtherServerTest {

  /// What a server must bring.
  private record JdkExchange(HttpExchange exchange) implements Exchange {
    @Override
    public Request request() {
      URI target = exchange.getRequestURI();
      String query = target.getRawQuery();
      return new Request(
          exchange.getRequestMethod(),
          target.getRawPath(),
          query == null ? "" : query,
          Headers.of(exchange.getRequestHeaders()),
          exchange.getRequestBody(),
          exchange.getRemoteAddress().getHostString());
    }

    @Override
    public OutputStream respond(int status, Headers headers) throws IOException {
      headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
      long length = headers.first("Content-Length").map(Long::parseLong).orElse(0L);
      boolean isEmpty = headers.first("Content-Length").isPresent() && length == 0;
      exchange.sendResponseHeaders(status, isEmpty ? -1 : length);
      return exchange.getResponseBody();
    }
  }

  @Test
  void answersThere() throws Exception {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (Models models = TestServer.models("m", 512);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client = HttpClient.newHttpClient()) {
      PunaHandler handler = new PunaHandler(models, ServerOptions.defaults());
      web.createContext("/", exchange -> handler.handle(new JdkExchange(exchange)));
      web.setExecutor(threads);
      web.start();
      for (boolean stream : new boolean[] {false, true}) {
        HttpResponse<String> response = ask(client, web.getAddress().getPort(), stream);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("Paris");
      }
    } finally {
      web.stop(0);
    }
  }

  private static HttpResponse<String> ask(HttpClient client, int port, boolean stream)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%s/v1/chat/completions".formatted(port)))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"model": "m", "stream": %s, "temperature": 0, "max_tokens": 8,
                     "messages": [{"role": "user", "content": "What is the capital of France?"}]}\
                    """
                        .formatted(stream)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
