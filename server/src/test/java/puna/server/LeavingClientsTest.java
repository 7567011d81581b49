package puna.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import puna.Activity;

/// The answer of a client that has gone is cancelled, however it went.
@Timeout(600)
class LeavingClientsTest {
  /// How long a test waits for what comes within a second where the machine has nothing else to do.
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /// Of an answer that nobody waits for to its end.
  private static final int LONG = 1900;

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = new TestServer(ServerOptions.defaults().withSlowReaderTimeout(Duration.ofSeconds(1)));
    assertThat(server.post("/v1/chat/completions", body(false, "Hi", 1)).status()).isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// With log-probabilities, so that a stream is more than the system takes for a client.
  private static String body(boolean stream, String text, int tokens) {
    return body(stream, text, tokens, ", \"logprobs\": true, \"top_logprobs\": 20");
  }

  private static String body(boolean stream, String text, int tokens, String more) {
    return """
    {"model": "smollm2-135m", "stream": %s, "max_tokens": %s, "temperature": 1, "seed": 1,
     "logit_bias": {"2": -100, "0": -100},
     "messages": [{"role": "user", "content": "%s"}]%s}\
    """
        .formatted(stream, tokens, text, more);
  }

  private static Socket connect(String body) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), server.port()));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    OutputStream out = socket.getOutputStream();
    out.write(
        """
        POST /v1/chat/completions HTTP/1.1\r
        Host: localhost\r
        Content-Type: application/json\r
        Content-Length: %s\r
        \r
        """
            .formatted(bytes.length)
            .getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.flush();
    return socket;
  }

  private static int running() {
    return activity().running();
  }

  /// One for each token of an answer that is alone.
  private static long steps() {
    return activity().steps();
  }

  private static Activity activity() {
    return server.models().loaded().getFirst().llama().activity();
  }

  private static void await(int answers) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (running() != answers && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    assertThat(running()).isEqualTo(answers);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void anAnswerEndsWithItsClient(boolean stream, boolean reset) throws Exception {
    long before = steps();
    Socket socket = connect(body(stream, "Tell a long story.", LONG));
    await(1);
    if (stream) {
      InputStream in = socket.getInputStream();
      assertThat(in.readNBytes(2000)).hasSize(2000);
    }
    socket.setSoLinger(reset, 0);
    socket.close();
    await(0);
    assertThat(steps() - before).as("not to its end").isLessThan(LONG);
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void soDoesAPromptThatIsStillBeingRead(boolean stream) throws Exception {
    String text = "stone river house llama " + System.nanoTime() + " tree bread ";
    int tokens = 400;
    long before = steps();
    try (Socket _ = connect(body(stream, text.repeat(60), tokens))) {
      await(1);
    }
    await(0);
    assertThat(steps() - before).as("not to its end").isLessThan(tokens);
  }

  @Test
  void aClientThatTakesNothingIsGone() throws Exception {
    try (Socket _ = connect(body(true, "Tell a long story.", LONG))) {
      await(1);
      await(0); // when the system takes no more of what is written
    }
  }

  @Test
  void whoeverWaitsInSilenceIsNotGone() {
    // longer than the time after which a client counts as gone that takes nothing; the answer is
    // one that the system takes whole, so that nothing hangs on how soon the client gets to read
    long start = System.nanoTime();
    TestServer.Reply reply = server.post("/v1/chat/completions", body(false, "A story.", 1500, ""));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofSeconds(1).toNanos());
  }
}
