package puna.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.json.Json;
import puna.json.JsonValue.JsonObject;

/// Servers over HTTP: endpoints, headers, sessions, streams that break, and errors with their
/// causes.
@Timeout(600)
class McpHttpTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @ParameterizedTest
  @CsvSource({
    "'',/mcp",
    "/,/mcp",
    "/mcp,/mcp",
    "/mcp/,/mcp/",
    "/v1/my-mcp,/v1/my-mcp",
    "/v1/my-mcp?key=k%201,/v1/my-mcp?key=k%201",
    "?key=1,/mcp?key=1"
  })
  void anAddressWithAPathIsTheEndpoint(String written, String endpoint) throws Exception {
    try (McpEventServer server = new McpEventServer();
        McpTools tools = McpTools.connect(server.address() + written, LONG)) {
      assertThat(call(tools)).isEqualTo("seen");
      assertThat(server.log().getFirst()).isEqualTo("POST " + endpoint + " initialize");
    }
  }

  @Test
  void aServerAtTheRootIsFound() throws Exception {
    McpEventServer server =
        new McpEventServer() {
          @Override
          boolean refuses(HttpExchange exchange) throws IOException {
            if (exchange.getRequestURI().getPath().equals("/")) {
              return false;
            }
            refuse(exchange, 404, "");
            return true;
          }
        };
    try (server;
        McpTools tools = McpTools.connect(server.address(), LONG)) {
      assertThat(call(tools)).isEqualTo("seen");
    }
  }

  @Test
  void anEndpointThatMovedOnItsHostIsFollowed() throws Exception {
    McpEventServer server =
        new McpEventServer() {
          @Override
          boolean refuses(HttpExchange exchange) throws IOException {
            if (exchange.getRequestURI().getPath().equals("/mcp/")) {
              return false;
            }
            exchange.getResponseHeaders().set("Location", "/mcp/");
            refuse(exchange, 307, "");
            return true;
          }
        };
    try (server;
        McpTools tools = McpTools.connect(server.address() + "/mcp", LONG)) {
      assertThat(call(tools)).isEqualTo("seen");
    }
  }

  @Test
  void nobodyFollowsToAnotherHostWithAKeyInTheHand() throws IOException {
    McpEventServer server = refusing(307, "", "Location", "http://example.org/mcp");
    try (server) {
      assertThatThrownBy(() -> McpTools.connect(server.address(), LONG))
          .hasMessageContaining("HTTP 307, it has moved (http://example.org/mcp)");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401,'{\"error\":\"unauthorized\"}',a key or token is missing or wrong",
    "403,forbidden,it is forbidden",
    "404,not here,there is no such endpoint",
    "500,oh no,HTTP 500"
  })
  void aRefusalIsToldWithItsStatus(int status, String body, String told) throws IOException {
    McpEventServer server =
        refusing(status, body, "WWW-Authenticate", "Bearer resource_metadata=\"http://x/y\"");
    try (server) {
      assertThatThrownBy(() -> McpTools.connect(server.address() + "/mcp?key=secret", LONG))
          .isInstanceOf(ToolException.class)
          .hasMessageContaining("HTTP " + status)
          .hasMessageContaining(told)
          .hasMessageContaining(body)
          .hasMessageContaining("Bearer resource_metadata")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void anAddressWhereNothingListensIsToldAtOnce() throws IOException {
    try (Socket silent = new Socket()) {
      // so that nobody else can listen there
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = silent.getLocalPort();
      assertThatThrownBy(() -> McpTools.connect("http://127.0.0.1:" + port, LONG))
          .isInstanceOf(ToolException.class)
          .hasMessageContaining("127.0.0.1:" + port + "/mcp cannot be reached: nothing listens");
    }
  }

  @Test
  void aSilentServerIsToldWithTheSecondsWaited() throws IOException {
    McpEventServer server =
        new McpEventServer() {
          @Override
          boolean refuses(HttpExchange exchange) {
            waitUntilClosed();
            return true;
          }
        };
    try (server) {
      assertThatThrownBy(() -> McpTools.connect(server.address(), Duration.ofSeconds(1)))
          .hasMessageContaining("did not answer initialize within 1 s");
    }
  }

  @Test
  void headersAreSentAndAskedForAnew() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    McpEventServer server =
        new McpEventServer() {
          @Override
          boolean refuses(HttpExchange exchange) {
            heard.add(
                "%s %s %s %s"
                    .formatted(
                        exchange.getRequestHeaders().getFirst("X-Api-Key"),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        exchange.getRequestHeaders().getFirst("Mcp-Session-Id"),
                        exchange.getRequestHeaders().getFirst("MCP-Protocol-Version")));
            return false;
          }
        };
    AtomicInteger token = new AtomicInteger();
    Predicate<String> isDelete = each -> each.startsWith("DELETE");
    McpServer keyed =
        McpServer.http(server.address())
            .withHeader("X-Api-Key", "k-1")
            .withHeaders(() -> Map.of("Authorization", "Bearer " + token.incrementAndGet()));
    try (server) {
      try (McpTools tools = McpTools.connect(keyed)) {
        call(tools);
      }
      // nobody waits long for the end of a session to be heard
      for (int i = 0; i < 6000 && server.log().stream().noneMatch(isDelete); i++) {
        Thread.sleep(10);
      }
    }
    assertThat(heard.getFirst()).isEqualTo("k-1 Bearer 1 null null");
    assertThat(heard.stream().skip(1))
        .isNotEmpty()
        .allMatch(each -> each.matches("k-1 Bearer \\d+ S1 2025-06-18"))
        .doesNotHaveDuplicates();
    assertThat(server.log()).anyMatch(isDelete);
  }

  @Test
  void headersThatCannotBeMadeAreTold() throws IOException {
    try (McpEventServer server = new McpEventServer()) {
      McpServer bad = McpServer.http(server.address()).withHeader("bad name", "x");
      assertThatThrownBy(() -> McpTools.connect(bad))
          .hasMessageContaining("the headers for the MCP server cannot be made");
      McpServer broken =
          McpServer.http(server.address())
              .withHeaders(() -> {
                throw new IllegalStateException("no token");
              });
      assertThatThrownBy(() -> McpTools.connect(broken)).hasMessageContaining("no token");
    }
  }

  @ParameterizedTest
  @CsvSource({"404,no", "400,Bad Request: No valid session ID provided"})
  void aSessionThatTheServerForgotIsOpenedAnew(int status, String body) throws Exception {
    AtomicInteger sessions = new AtomicInteger();
    McpEventServer server =
        new McpEventServer() {
          @Override
          boolean refuses(HttpExchange exchange) throws IOException {
            String used = exchange.getRequestHeaders().getFirst("Mcp-Session-Id");
            if (used == null || used.equals("S" + sessions.get())) {
              return false;
            }
            refuse(exchange, status, body);
            return true;
          }

          @Override
          Optional<String> session() {
            return Optional.of("S" + sessions.incrementAndGet());
          }
        };
    try (server;
        McpTools tools = McpTools.connect(server.address(), LONG)) {
      sessions.incrementAndGet(); // it was started anew
      assertThat(call(tools)).isEqualTo("seen");
      assertThat(sessions).hasValue(3);
    }
  }

  @Test
  void aServerThatHangsAtANotificationIsUsed() throws Exception {
    McpEventServer server =
        new McpEventServer() {
          @Override
          void heard(String method, JsonObject message) {
            waitUntilClosed();
          }
        };
    try (server;
        McpTools tools = McpTools.connect(server.address(), Duration.ofSeconds(8))) {
      assertThat(call(tools)).isEqualTo("seen");
    }
  }

  @Test
  void aStreamThatBreaksGoesOnBehindItsLastEvent() throws Exception {
    McpEventServer server =
        new McpEventServer() {
          private String waiting = "";

          @Override
          void asked(HttpExchange exchange, String method, String id) throws IOException {
            if (method.equals("tools/call")) {
              waiting = id;
              events(exchange, "retry: 10\nid: e-7\ndata:\n\n", ": still there\n\n");
            } else {
              super.asked(exchange, method, id);
            }
          }

          @Override
          void listened(HttpExchange exchange) throws IOException {
            if ("e-7".equals(exchange.getRequestHeaders().getFirst("Last-Event-ID"))) {
              events(exchange, event("e-8", answer(waiting, "{\"content\":[]}")));
            } else {
              super.listened(exchange);
            }
          }
        };
    try (server;
        McpTools tools = McpTools.connect(server.address(), LONG)) {
      assertThat(call(tools)).isEmpty();
    }
  }

  @Test
  void aStreamThatEndsWithoutAnAnswerFailsTheCallAtOnce() throws Exception {
    McpEventServer server = calling(exchange -> McpEventServer.events(exchange, ": nothing\n\n"));
    try (server;
        McpTools tools = McpTools.connect(server.address(), LONG)) {
      assertThatThrownBy(() -> call(tools)).hasMessageContaining("without an answer");
    }
  }

  @Test
  void answersThatAreNoneFailTheCallAtOnce() throws Exception {
    McpEventServer html =
        calling(exchange -> McpEventServer.refuse(exchange, 200, "<html>busy</html>"));
    try (html;
        McpTools tools = McpTools.connect(html.address(), LONG)) {
      assertThatThrownBy(() -> call(tools)).hasMessageContaining("cannot be read");
    }
    McpEventServer empty = calling(exchange -> exchange.sendResponseHeaders(202, -1));
    try (empty;
        McpTools tools = McpTools.connect(empty.address(), LONG)) {
      assertThatThrownBy(() -> call(tools)).hasMessageContaining("HTTP 202 and no result");
    }
  }

  @Test
  void endlessEventsEndTheConnection() throws Exception {
    String many =
        McpEventServer.event("", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}")
            .repeat(1000);
    McpEventServer server =
        calling(exchange -> {
          McpEventServer.events(exchange);
          while (true) {
            exchange
                .getResponseBody()
                .write(many.getBytes(java.nio.charset.StandardCharsets.UTF_8));
          }
        });
    try (server;
        McpTools tools = McpTools.connect(server.address(), LONG)) {
      assertThatThrownBy(() -> call(tools)).hasMessageContaining("floods");
    }
  }

  @Test
  void aCallThatTimesOutIsCancelled() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    McpEventServer server =
        new McpEventServer() {
          @Override
          void asked(HttpExchange exchange, String method, String id) throws IOException {
            if (method.equals("tools/call")) {
              events(exchange, ": working\n\n");
              waitUntilClosed();
            } else {
              super.asked(exchange, method, id);
            }
          }

          @Override
          void heard(String method, JsonObject message) {
            if (method.equals("notifications/cancelled")
                && Json.write(message).contains("\"requestId\":3")) {
              cancelled.countDown();
            }
          }
        };
    try (server;
        McpTools tools = McpTools.connect(server.address(), Duration.ofSeconds(8))) {
      assertThatThrownBy(() -> call(tools)).hasMessageContaining("within 8 s");
      assertThat(cancelled.await(4, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void aChangeToldOnTheServersOwnStreamMakesTheListFresh() throws Exception {
    AtomicInteger lists = new AtomicInteger();
    CountDownLatch listed = new CountDownLatch(1); // only then is there something to change
    McpEventServer server =
        new McpEventServer() {
          @Override
          void asked(HttpExchange exchange, String method, String id) throws IOException {
            if (method.equals("tools/list") && lists.getAndIncrement() > 0) {
              events(exchange, event("", answer(id, "{\"tools\":[]}")));
            } else {
              super.asked(exchange, method, id);
            }
            if (method.equals("tools/list")) {
              listed.countDown();
            }
          }

          @Override
          void listened(HttpExchange exchange) throws IOException {
            await(listed);
            events(
                exchange,
                event(
                    "1", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}"));
            waitUntilClosed();
          }
        };
    try (server;
        McpTools tools = McpTools.connect(server.address(), LONG)) {
      for (int i = 0; i < 12_000 && !tools.tools().isEmpty(); i++) {
        Thread.sleep(10);
      }
      assertThat(tools.tools()).isEmpty();
    }
  }

  @Test
  void optionsOfTheOtherKindAndBadAddressesAreRefused() {
    McpServer http = McpServer.http("https://user:word@example.org/mcp?key=secret");
    assertThat(http).hasToString("https://example.org/mcp");
    assertThatThrownBy(() -> http.withFolder(java.nio.file.Path.of(".")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> McpServer.stdio("x").withHeader("a", "b"))
        .isInstanceOf(IllegalStateException.class);
    for (String address : List.of("example.org/mcp", "ftp://example.org", "http:/nohost")) {
      assertThatThrownBy(() -> McpServer.http(address))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("http://");
    }
    assertThatThrownBy(() -> McpServer.stdio()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> http.withPrefix("a b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> http.withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatPeopleWriteIsAnAddressOrACommand() {
    assertThat(McpServer.of(" HTTPS://example.org/mcp?k=1")).hasToString("HTTPS://example.org/mcp");
    assertThat(McpServer.of("npx -y  'a b'")).hasToString("npx -y a b");
    assertThat(CommandWords.of("x 'a b' \"c 'd\" e\\ f '' g\"h\"i C:\\dir '\\' \"\\\"\""))
        .containsExactly("x", "a b", "c 'd", "e f", "", "ghi", "C:\\dir", "\\", "\"");
    assertThatThrownBy(() -> McpServer.of("x 'a")).hasMessageContaining("must close '");
    assertThatThrownBy(() -> McpServer.of("  ")).isInstanceOf(IllegalArgumentException.class);
  }

  private interface Answering {
    void answer(HttpExchange exchange) throws IOException;
  }

  private static McpEventServer calling(Answering calls) throws IOException {
    return new McpEventServer() {
      @Override
      void asked(HttpExchange exchange, String method, String id) throws IOException {
        if (method.equals("tools/call")) {
          calls.answer(exchange);
        } else {
          super.asked(exchange, method, id);
        }
      }
    };
  }

  private static McpEventServer refusing(int status, String body, String header, String value)
      throws IOException {
    return new McpEventServer() {
      @Override
      boolean refuses(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set(header, value);
        refuse(exchange, status, body);
        return true;
      }
    };
  }

  private static String call(McpTools tools) throws InterruptedException {
    return tools.tools().getFirst().function().call(McpJson.EMPTY);
  }
}
