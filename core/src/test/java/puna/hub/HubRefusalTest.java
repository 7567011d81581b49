package puna.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelDownloadException;
import puna.error.ModelException;
import puna.error.ModelNotFoundException;
import puna.hub.net.HubSettings;
import puna.hub.net.Token;

@Timeout(120)
class HubRefusalTest {
  @TempDir Path home;
  private final FakeHub hub = new FakeHub();

  @BeforeEach
  void addFile() {
    hub.files.put("m-Q4_K_M.gguf", FakeHub.gguf(1000, 1));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private String message() {
    return message(hub.settings());
  }

  private String message(HubSettings settings) {
    ModelException failure =
        catchThrowableOfType(
            ModelException.class,
            () -> FakeHub.store(home, settings).resolve("hf.co/user/repo:Q4_K_M@v1"));
    assertThat(failure).as("a refusal").isNotNull();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertThat(String.valueOf(cause.getMessage())).doesNotContain(FakeHub.SECRET);
    }
    assertThat(failure.getMessage()).doesNotContain("\u001b", "\n");
    return String.valueOf(failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          401 | GatedRepo        | user/repo is gated: the token's account must accept its terms
          403 | GatedRepo        | user/repo is gated
          401 | RepoNotFound     | user/repo: there is no such repository at 127.0.0.1; check the name
          404 | RepoNotFound     | there is no such repository
          404 | RevisionNotFound | user/repo has no revision "v1"
          404 | EntryNotFound    | user/repo has no file
          401 |                  | does not know the token (401)
          403 |                  | refuses access (403)
          404 |                  | there is no such repository
          418 |                  | found status 418
          429 |                  | limits how often it answers (429)
          500 |                  | failed (500), 4 times in a row; try again later
          """)
  void eachRefusalSaysWhatToDo(int status, String code, String expected) {
    hub.hubInstead = (exchange, _) -> FakeHub.refuse(exchange, status, code == null ? "" : code);
    assertThat(message()).contains(expected);
  }

  @Test
  void withoutATokenOneIsAskedFor() {
    HubSettings settings = hub.settings();
    HubSettings nobody =
        new HubSettings(
            settings.endpoint(),
            Optional.empty(),
            Optional.empty(),
            settings.proxies(),
            settings.pace());
    hub.hubInstead = (exchange, _) -> FakeHub.refuse(exchange, 401, "GatedRepo");
    assertThat(message(nobody)).contains("accept its terms at", "set HF_TOKEN");
    hub.hubInstead = (exchange, _) -> FakeHub.refuse(exchange, 401, "RepoNotFound");
    assertThat(message(nobody)).contains("or set HF_TOKEN if it is private");
  }

  @Test
  void doesNotWaitForHours() {
    hub.hubInstead =
        (exchange, _) -> {
          exchange.getResponseHeaders().set("Retry-After", "7200");
          return FakeHub.refuse(exchange, 429, "");
        };
    assertThat(message()).contains("asks to wait 7200 seconds");
    assertThat(hub.hubRequests).hasSize(1);
  }

  @Test
  void offlineConnectsToNothing() {
    assertThat(message(hub.settings().offline("--offline")))
        .isEqualTo(
            "hf.co/user/repo:Q4_K_M@v1 is not here, and --offline forbids to fetch it; allow it once, or use what 'puna models' lists");
    assertThat(hub.hubRequests).isEmpty();
  }

  @Test
  void offlineOpensWhatIsHere() {
    Path file = hub.store(home).resolve("hf.co/user/repo");
    ModelStore offline = FakeHub.store(home, hub.settings().offline("--offline"));
    assertThat(offline.resolve("https://huggingface.co/user/repo")).isEqualTo(file);
  }

  @Test
  void anUnreachableHubIsNamed() throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0)) {
      port = unused.getLocalPort();
    }
    assertThat(message(FakeHub.settings("http://127.0.0.1:" + port)))
        .contains("127.0.0.1 cannot be reached", "check the network");
  }

  @Test
  void aFolderIsMeantAsItIs() throws Exception {
    String folder = home.resolve("repo").toString();
    Files.createDirectory(home.resolve("repo"));
    assertThat(hub.store(home).resolve(folder)).isEqualTo(Path.of(folder));
    assertThat(hub.hubRequests).isEmpty();
  }

  @Test
  void whatMayBeAPathIsSaidToBeNoFileEither() {
    hub.hubInstead = (exchange, _) -> FakeHub.refuse(exchange, 404, "RepoNotFound");
    assertThatExceptionOfType(ModelNotFoundException.class)
        .isThrownBy(() -> hub.store(home).resolve("models/llama"))
        .withMessageEndingWith("; nor is there a file of that name");
  }

  @Test
  void redirectsEnd() {
    hub.hubInstead = (exchange, _) -> redirect(exchange, exchange.getRequestURI().toString());
    assertThat(message()).contains("redirects must end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "http://user@127.0.0.1/x", ":"})
  void redirectsLeadToHttpAlone(String location) {
    hub.hubInstead = (exchange, _) -> redirect(exchange, location);
    assertThat(message()).contains("a redirect must name an https address");
  }

  private static boolean redirect(HttpExchange exchange, String location)
      throws java.io.IOException {
    exchange.getResponseHeaders().set("Location", location);
    FakeHub.send(exchange, 302, new byte[0]);
    return true;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../m-Q4_K_M.gguf",
        "/m-Q4_K_M.gguf",
        "a/../../m-Q4_K_M.gguf",
        "a\\\\m-Q4_K_M.gguf",
        "C:m-Q4_K_M.gguf",
        "a//m-Q4_K_M.gguf",
        "a\\u0000m-Q4_K_M.gguf",
        "a\\u001b[31mm-Q4_K_M.gguf"
      })
  void refusesPathsThatLeaveTheirFolder(String path) {
    hub.files.put(path, FakeHub.gguf(1000, 1));
    assertThat(message()).contains("a path must stay in its folder and have plain names");
    assertThat(hub.storeRequests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{}",
        "{\"sha\":\"main\",\"siblings\":[]}",
        "{\"sha\":\"../../../../../../../../../../../../../..\",\"siblings\":[]}",
        "{\"sha\":\"0123456789abcdef0123456789abcdef01234567\",\"siblings\":7}"
      })
  void refusesListingsThatAreNone(String listing) {
    hub.hubInstead =
        (exchange, _) -> {
          FakeHub.send(exchange, 200, (listing + " ").getBytes(StandardCharsets.UTF_8));
          return true;
        };
    assertThat(message()).contains("check HF_ENDPOINT and proxies");
  }

  @Test
  void readsAListingInPagesWhereTheOtherTellsNoSizes() {
    String commit = FakeHub.COMMIT;
    hub.hubInstead =
        (exchange, _) -> {
          String path = exchange.getRequestURI().getPath();
          String query = String.valueOf(exchange.getRequestURI().getQuery());
          if (path.contains("/revision/")) {
            return json(
                exchange, "{\"sha\":\"" + commit + "\",\"siblings\":[{\"rfilename\":\"a\"}]}");
          }
          if (path.contains("/tree/") && !query.contains("cursor")) {
            exchange
                .getResponseHeaders()
                .set("Link", "<" + hub.endpoint() + path + "?cursor=1>; rel=\"next\"");
            return json(exchange, "[{\"type\":\"directory\",\"path\":\"x\"}]");
          }
          return path.contains("/tree/")
              && json(
                  exchange,
                  "[{\"type\":\"file\",\"path\":\"m-Q4_K_M.gguf\",\"size\":1000,\"oid\":\"x\",\"lfs\":{\"oid\":\"%s\",\"size\":1000}}]"
                      .formatted(FakeHub.sha256(hub.content("m-Q4_K_M.gguf"))));
        };
    assertThat(hub.store(home).resolve("user/repo")).hasBinaryContent(hub.content("m-Q4_K_M.gguf"));
  }

  private static boolean json(HttpExchange exchange, String text) throws java.io.IOException {
    FakeHub.send(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
    return true;
  }

  @Test
  void aListingWithoutEndIsRefused() {
    hub.hubInstead =
        (exchange, _) -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] piece = " ".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
          for (int i = 0; i < 10_000; i++) {
            exchange.getResponseBody().write(piece);
          }
          return true;
        };
    assertThat(message()).contains("an answer must have at most");
  }

  @Test
  void moreThanTheDiskHasIsRefusedBeforeAByteIsFetched() {
    hub.listing =
        "{\"sha\":\"%s\",\"siblings\":[{\"rfilename\":\"m-Q4_K_M.gguf\",\"size\":%s}]}"
            .formatted(FakeHub.COMMIT, 1L << 49);
    assertThat(message()).contains("needs 562949953421312 bytes more", "make room");
    assertThat(hub.storeRequests).isEmpty();
  }

  @Test
  void aMalformedTokenIsNotQuoted() {
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(() -> new Token("hf_secret two", "HF_TOKEN"))
        .withMessageStartingWith("HF_TOKEN: ")
        .withMessageNotContaining("secret");
  }
}
